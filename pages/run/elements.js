// Elements are made one by one and filled by textContent.
const TAGS = new Set(['p', 'strong', 'em', 'code', 'pre', 'ul', 'ol', 'li', 'a', 'br', 'hr', 'blockquote', 'table', 'thead',
  'tbody', 'tr', 'th', 'td', 's'])

function element(name, css, text) {
  const made = document.createElement(name)
  if (css) made.className = css
  if (text != null) made.textContent = text
  return made
}

function button(css, text, act) {
  const made = element('button', css, text)
  made.type = 'button'
  made.onclick = act
  return made
}

function fill(text, values) {
  return text.replace(/\{(\w+)\}/g, (all, name) => name in values ? values[name] : all)
}

// Elements of what somebody wrote: known names only, addresses of the web only, words as words.
function prose(css, tree) {
  const made = element('div', css)
  const put = (into, nodes) => {
    for (const node of nodes) {
      if (typeof node === 'string') { into.append(node); continue }
      const [name, address, inside] = node, each = element(TAGS.has(name) ? name : 'p')
      if (name === 'a' && /^(https?:|mailto:)/.test(address)) {
        each.href = address
        each.target = '_blank'
        each.rel = 'noopener noreferrer'
      }
      put(each, inside)
      into.append(each)
    }
  }
  put(made, tree)
  return made
}
