// The card wall. Text only ever enters through textContent; links work without JavaScript routing as well.
const SVG = 'http://www.w3.org/2000/svg'
const W = 200, H = 44, PAD = 5

function element(name, css, text) {
  const made = document.createElement(name)
  if (css) made.className = css
  if (text != null) made.textContent = text
  return made
}

function shape(name, attributes) {
  const made = document.createElementNS(SVG, name)
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value)
  return made
}

function known(values) {
  return values.filter(value => value != null)
}

function scales(card) {
  const all = known([...card.trend, ...card.targets])
  const low = Math.min(...all), high = Math.max(...all), range = high - low || 1
  const steps = Math.max(1, card.trend.length - 1)
  return {
    x: place => 3 + place * (W - 8) / steps,
    y: value => H - PAD - (value - low) / range * (H - 2 * PAD),
  }
}

// The runs of places that have a value: a missing week is a gap, never a bridge.
function runs(values) {
  const found = [[]]
  values.forEach((value, place) => value == null ? found.push([]) : found.at(-1).push(place))
  return found.filter(run => run.length)
}

function line(run, values, scale) {
  return run.map(place => `${scale.x(place).toFixed(1)},${scale.y(values[place]).toFixed(1)}`).join(' ')
}

function steps(run, values, scale) {
  return run.map((place, n) => {
    const y = scale.y(values[place]).toFixed(1), from = n ? scale.x(place) : 0
    const to = n + 1 < run.length ? scale.x(run[n + 1]) : W
    return `${from.toFixed(1)},${y} ${to.toFixed(1)},${y}`
  }).join(' ')
}

// A target that stayed the same is sent once.
function unfolded(card) {
  return card.targets.length === 1 ? { ...card, targets: card.trend.map(() => card.targets[0]) } : card
}

function sparkline(sent) {
  const card = unfolded(sent)
  const box = element('div', 'plot')
  if (known(card.trend).length < 2) return box
  const svg = shape('svg', { viewBox: `0 0 ${W} ${H}`, preserveAspectRatio: 'none', 'aria-hidden': 'true' })
  const scale = scales(card), edge = card.higher ? 0 : H
  for (const run of runs(card.targets)) {
    const target = steps(run, card.targets, scale)
    svg.append(shape('polygon', { class: 'z', points: `0,${edge} ${target} ${W},${edge}` }))
    svg.append(shape('polyline', { class: 't', points: target }))
  }
  for (const run of runs(card.trend)) svg.append(shape('polyline', { class: 'l', points: line(run, card.trend, scale) }))
  box.append(svg)
  const last = card.trend.length - 1
  if (card.trend[last] != null) {
    const dot = element('span', 'dot')
    dot.style.left = `${scale.x(last) / W * 100}%`
    dot.style.top = `${scale.y(card.trend[last]) / H * 100}%`
    box.append(dot)
  }
  return box
}

function foot(card, data) {
  const made = element('div', 'foot'), target = element('span')
  if (card.target) target.append(`${data.target} `, element('strong', '', card.target))
  made.append(target, element('span', 'delta', card.change))
  return made
}

function mark(css, glyph, word) {
  const made = element('span', css), sign = element('b', '', glyph)
  sign.setAttribute('aria-hidden', 'true')
  made.append(sign, word)
  return made
}

function draw(card, data, open) {
  const link = element('a', `card ${card.status}`)
  link.href = card.href
  const line = element('div', 'line'), value = element('span', 'val', card.value)
  const row = element('div', 'row'), name = element('div', 'name', card.name)
  if (card.unit) value.append(element('span', 'unit', card.unit))
  line.append(value)
  if (card.beside) line.append(element('span', 'when', card.beside))
  row.append(mark('chip', card.glyph, card.word))
  if (card.signal) row.append(mark('sign', data.circle, card.signal))
  name.title = card.name
  link.append(name, line, row, sparkline(card), foot(card, data), element('span', 'sr', card.said))
  link.onclick = event => soften(event, () => open(card.key))
  return link
}

// A plain click stays in this session; with a modifier key the browser opens the link as usual.
function soften(event, act) {
  if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return
  event.preventDefault()
  act()
}

function title(group, open) {
  const head = element('h3'), row = element('div', 'head'), add = (css, text) => {
    const link = element('a', css, text)
    link.href = group.href
    link.onclick = event => soften(event, () => open(group.href))
    return link
  }
  head.append(add('', group.title))
  row.append(head)
  if (group.more) row.append(add('all', group.more))
  return row
}

// What is off beside the six cards: one line of links.
function also(group, data, open) {
  const list = element('ul', 'also'), item = content => {
    const made = element('li')
    made.append(content)
    return made
  }
  list.append(item(element('span', 'told', data.also)), ...group.also.map(card => {
    const alarming = card.status === 'off' || card.status === 'watch'
    const link = element('a', alarming ? card.status : 'signal')
    const sign = element('b', '', alarming ? card.glyph : data.circle)
    sign.setAttribute('aria-hidden', 'true')
    link.href = card.href
    link.onclick = event => soften(event, () => open(card.key))
    link.append(sign, element('span', 'name', card.name), element('strong', '', card.value))
    link.append(element('span', 'delta', card.change), element('span', 'sr', `${card.signal || card.word}. ${card.said}`))
    return item(link)
  }))
  return list
}

// Rows are sent as values alone, their names once.
function unpacked(rows, names) {
  return rows.map(values => Object.fromEntries(values.map((value, place) => [names[place], value])))
}

export default function ({ data, parentElement, setTriggerValue }) {
  const open = key => setTriggerValue('open', key)
  const root = parentElement.querySelector('.wall')
  root.replaceChildren(...data.groups.map(packed => {
    const group = { ...packed, cards: unpacked(packed.cards, data.names), also: unpacked(packed.also, data.names) }
    const section = element('section'), list = element('ul', 'cards')
    if (group.title) section.append(title(group, open))
    list.append(...group.cards.map(card => {
      const item = element('li')
      item.append(draw(card, data, open))
      return item
    }))
    section.append(list)
    if (group.also.length) section.append(also(group, data, open))
    return section
  }))
  if (data.title) {
    const top = element('div', 'head top')
    top.append(element('h2', '', data.title), element('span', 'note', data.top))
    root.prepend(top)
  }
  if (data.note) root.append(element('p', 'note', data.note))
}
