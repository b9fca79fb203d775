// The scorecard: a table whose headings sort. Text only ever enters through textContent.
const SVG = 'http://www.w3.org/2000/svg'
const W = 130, H = 22, TOP = 99
const sorted = new WeakMap() // by root: the column and the way it was sorted by last

function element(name, css, text) {
  const made = document.createElement(name)
  if (css) made.className = css
  if (text != null) made.textContent = text
  return made
}

function mark(css, glyph, word) {
  const made = element('span', `pill ${css}`), sign = element('b', '', glyph)
  sign.setAttribute('aria-hidden', 'true')
  made.append(sign, word)
  return made
}

// Two digits a point, two spaces where there is none: a missing week is a gap, never a bridge.
function line(points) {
  const svg = document.createElementNS(SVG, 'svg'), steps = Math.max(1, points.length / 2 - 1)
  svg.setAttribute('viewBox', `0 0 ${W} ${H}`)
  svg.setAttribute('preserveAspectRatio', 'none')
  svg.setAttribute('aria-hidden', 'true')
  let run = []
  const close = () => {
    if (run.length > 1) {
      const made = document.createElementNS(SVG, 'polyline')
      made.setAttribute('points', run.join(' '))
      svg.append(made)
    }
    run = []
  }
  for (let place = 0; place <= steps; place++) {
    const told = points.slice(2 * place, 2 * place + 2)
    if (told.trim()) run.push(`${(place * W / steps).toFixed(1)},${(H - 2 - Number(told) / TOP * (H - 4)).toFixed(1)}`)
    else close()
  }
  close()
  return svg
}

// A plain click stays in this session; with a modifier key the browser opens the link as usual.
function link(row, open) {
  const made = element('a', '', row.name)
  made.href = row.href
  made.onclick = event => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return
    event.preventDefault()
    open(row.key)
  }
  return made
}

function cell(column, row, data, open) {
  const made = element(column.key === 'name' ? 'th' : 'td', `${column.key}${column.number ? ' number' : ''}`)
  if (column.key === 'name') {
    made.scope = 'row'
    made.append(link(row, open))
  } else if (column.key === 'status') {
    made.append(mark(row.css, row.glyph, row.word))
    if (row.signal) made.append(mark('signal', data.circle, row.signal))
  } else if (column.key === 'trend') made.append(line(row.trend))
  else made.textContent = row[column.key]
  return made
}

function drawn(row, data, open) {
  const made = element('tr', row.css)
  made.append(...data.columns.map(column => cell(column, row, data, open)))
  return made
}

// Numbers by their rank, texts by the reader's alphabet; rows without either stay at the end.
function ordered(data, chosen) {
  if (!chosen) return data.rows
  const column = data.columns.find(each => each.key === chosen.key)
  if (!column) return data.rows
  const way = chosen.down ? -1 : 1, worth = row => column.ranked ? row.ranks[column.key] : row[column.key]
  const known = data.rows.filter(row => worth(row) != null && worth(row) !== '')
  const rest = data.rows.filter(row => !known.includes(row))
  known.sort((a, b) => way * (column.ranked ? worth(a) - worth(b) : worth(a).localeCompare(worth(b), data.language)))
  return [...known, ...rest]
}

function heading(column, chosen, choose) {
  const made = element('th', `${column.key}${column.number ? ' number' : ''}`)
  made.scope = 'col'
  if (column.key === 'trend') {
    made.append(element('span', '', column.title))
    return made
  }
  const button = element('button', '', column.title)
  button.type = 'button'
  if (column.help) button.title = column.help
  if (chosen?.key === column.key) made.setAttribute('aria-sort', chosen.down ? 'descending' : 'ascending')
  button.onclick = () => choose(column.key)
  made.append(button)
  return made
}

// Rows are sent as values alone, their names once; a link follows from its key.
function named(values, names) {
  return Object.fromEntries(values.map((value, place) => [names[place], value]))
}

function unpacked(sent) {
  const rows = sent.rows.map((values, place) => {
    const row = named(values, sent.names)
    return { ...row, href: `kpi?kpi=${row.key}${sent.link}`, ranks: named(sent.ranks[place], sent.ranked) }
  })
  return { ...sent, rows }
}

export default function ({ data: sent, parentElement, setTriggerValue }) {
  const data = unpacked(sent)
  const root = parentElement.querySelector('.score')
  const open = key => setTriggerValue('open', key)
  for (const [name, colour] of data.grounds) root.style.setProperty(`--ground-${name}`, colour)
  root.setAttribute('aria-label', data.alt)
  const show = () => {
    const chosen = sorted.get(root)
    const table = element('table'), head = element('thead'), titles = element('tr'), body = element('tbody')
    titles.append(...data.columns.map(column => heading(column, chosen, choose)))
    head.append(titles)
    body.append(...ordered(data, chosen).map(row => drawn(row, data, open)))
    table.append(element('caption', 'sr', data.alt), head, body)
    root.replaceChildren(table)
  }
  // Up, then down, then the order of the page again.
  const choose = key => {
    const before = sorted.get(root)
    const next = before?.key !== key ? { key, down: false } : before.down ? null : { key, down: true }
    next ? sorted.set(root, next) : sorted.delete(root)
    show()
    root.querySelectorAll('thead button')[data.columns.filter(each => each.key !== 'trend').findIndex(each => each.key === key)].focus()
  }
  show()
}
