// What needs a decision, as a table. Text only ever enters through textContent.
function element(name, css, text) {
  const made = document.createElement(name)
  if (css) made.className = css
  if (text != null) made.textContent = text
  return made
}

// A plain click stays in this session; with a modifier key the browser opens the link as usual.
function link(href, css, text, act) {
  const made = element('a', css, text)
  made.href = href
  made.onclick = event => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return
    event.preventDefault()
    act()
  }
  return made
}

function cell(css, label, first, second) {
  const made = element('td', css)
  made.dataset.label = label
  if (first) made.append(element('span', 'first', first))
  if (second) made.append(element('span', 'second', second))
  return made
}

function what(line, open) {
  const made = element('th', 'what')
  made.scope = 'row'
  const glyph = element('span', 'glyph', line.glyph), text = link(line.href, '', '', () => open(line.key))
  glyph.setAttribute('aria-hidden', 'true')
  text.append(element('span', 'name', line.name), element('span', 'gap', ' · '), element('span', 'word', line.word))
  made.append(glyph, text)
  return made
}

function action(line, data, open) {
  const made = cell('action', data.columns[5], line.action, '')
  if (line.due) made.append(element('span', line.overdue ? 'second late' : 'second', line.due))
  if (line.action || !line.owner) return made
  made.append(element('span', 'first none', data.nothing))
  made.append(link(line.href, 'second start', data.start, () => open(line.key)))
  return made
}

function row(line, data, open) {
  const made = element('tr', line.status)
  const [, value, since, why, owner] = data.columns
  made.append(
    what(line, open), cell('value', value, line.value, line.target), cell('since', since, line.since, line.lasting),
    cell('why', why, line.why, line.also), cell('owner', owner, line.owner, ''), action(line, data, open))
  return made
}

function head(columns) {
  const made = element('tr')
  made.append(...columns.map(name => {
    const title = element('th', '', name)
    title.scope = 'col'
    return title
  }))
  return made
}

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector('.decisions')
  if (!data.lines.length) return root.replaceChildren(element('p', 'calm', data.calm))
  const open = key => setTriggerValue('open', key)
  const table = element('table'), top = element('thead'), body = element('tbody')
  top.append(head(data.columns))
  body.append(...data.lines.map(line => row(line, data, open)))
  table.append(top, body)
  root.replaceChildren(table)
  if (data.more) root.append(element('p', 'more', data.more))
}
