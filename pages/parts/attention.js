// What needs a decision. Text only ever enters through textContent.
function element(name, css, text) {
  const made = document.createElement(name)
  if (css) made.className = css
  if (text != null) made.textContent = text
  return made
}

function draw(line, open) {
  const link = element('a', line.status), glyph = element('span', 'glyph', line.glyph), what = element('span')
  link.href = line.href
  glyph.setAttribute('aria-hidden', 'true')
  what.append(element('span', 'name', line.name), ' · ', element('span', 'word', line.word))
  link.append(glyph, what, element('span', '', line.text), element('span', 'quiet', line.owner))
  link.onclick = event => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return
    event.preventDefault()
    open(line.key)
  }
  const item = element('li')
  item.append(link)
  return item
}

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector('.decisions')
  if (!data.lines.length) return root.replaceChildren(element('p', 'calm', data.calm))
  const list = element('ul')
  list.append(...data.lines.map(line => draw(line, key => setTriggerValue('open', key))))
  root.replaceChildren(list)
  if (data.more) root.append(element('p', 'more', data.more))
}
