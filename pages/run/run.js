// One step of a run at a time: what to do, how it is answered, and whether that is saved.
const apps = new WeakMap()

class Run extends Answering {
  go(place) {
    this.at = Math.max(0, Math.min(this.data.steps.length, place))
    this.opened = Date.now()
    this.form = null
    this.draw()
    this.root.querySelector('h2')?.focus()
  }

  // Nothing is drawn anew while nothing changed, and what somebody is typing stays.
  draw() {
    const now = JSON.stringify([
      this.run, this.at, this.form, this.problem, this.unsent().map(each => [each.key, each.refused]), this.box.lasting,
      this.words,
    ])
    if (now === this.drawn) return
    this.drawn = now
    const typed = this.typed()
    this.root.replaceChildren(...this.parts())
    this.retype(typed)
  }

  field() {
    return this.root.querySelector('input:not([type=file]),textarea')
  }

  typed() {
    const field = this.field(), active = this.root.getRootNode().activeElement
    const focused = active && this.root.contains(active) ? active : null
    return { at: this.at, name: field?.name, value: field?.value, inField: focused === field, text: focused?.textContent }
  }

  retype({ at, name, value, inField, text }) {
    const field = this.field()
    if (field && at === this.at && field.name === name) {
      field.value = value
      if (inField) field.focus()
    } else if (text) [...this.root.querySelectorAll('button')].find(each => each.textContent === text)?.focus()
  }

  parts() {
    const parts = [this.head()]
    if (this.problem) parts.push(this.note('problem', this.problem))
    if (!this.box.lasting) parts.push(this.note('problem', this.words.no_store))
    if (this.run.state === 'given up') {
      parts.push(this.note('ended', fill(this.words.given_up, { time: this.time(this.run.ended), why: this.run.reason })))
    }
    const step = this.data.steps[this.at]
    parts.push(step ? this.step(step) : this.last(), this.ways(), this.list())
    return parts
  }

  note(css, text) {
    const made = element('p', css, text)
    made.setAttribute('role', 'status')
    return made
  }

  head() {
    const steps = this.data.steps, made = element('div', 'head'), bar = element('div', 'bar')
    const left = steps.filter(each => !this.unsent(each).length && ['open', WAITING].includes(this.stand(each).stand))
    const unsent = this.unsent().length
    for (const [place, each] of steps.entries()) {
      const dot = element('i', `s${SHOWN.indexOf(this.shown(each))}${place === this.at ? ' here' : ''}`)
      bar.append(dot)
    }
    bar.setAttribute('aria-hidden', 'true')
    const place = this.at < steps.length ? fill(this.words.step, { n: this.at + 1, all: steps.length }) : ''
    const saved = unsent ? fill(this.words.unsent, { n: unsent }) : this.words.all_saved
    const told = element('p', 'told')
    told.append(element('span', '', place), element('span', '', fill(this.words.left, { n: left.length })))
    told.append(element('span', unsent ? 'unsaved' : 'allsaved', saved))
    made.append(bar, told)
    return made
  }

  // What a step shows in lists: what waits to be sent counts as its outcome there, never as saved.
  shown(step) {
    const pending = this.unsent(step).filter(each => !each.refused).at(-1)
    if (!pending) return this.stand(step).stand
    return { done: 'done', 'not done': 'not done', 'not applicable': 'not applicable' }[pending.outcome]
  }

  step(step) {
    const made = element('section', step.critical ? 'card critical' : 'card'), title = element('h2', '', step.title)
    title.tabIndex = -1
    made.append(title)
    if (step.critical) made.append(element('p', 'mark', `■ ${this.words.critical}`))
    const limit = this.limit(step)
    if (limit) made.append(limit)
    made.append(prose('text', step.text))
    for (const [source, shows] of step.pictures) {
      const picture = element('img')
      picture.src = source
      picture.alt = shows
      made.append(picture)
    }
    if (step.example.length) {
      const more = element('details', 'example')
      more.append(element('summary', '', this.words.example), prose('text', step.example))
      made.append(more)
    }
    if (step.video) made.append(this.link(step.video, this.words.video))
    made.append(this.standing(step))
    if (this.data.mine && this.run.state !== 'given up') made.append(this.controls(step))
    return made
  }

  link(address, text) {
    const made = element('a', 'link', text)
    made.href = address
    made.target = '_blank'
    made.rel = 'noopener noreferrer'
    return made
  }

  limit(step) {
    if (step.minutes == null) return null
    const before = this.data.steps.slice(0, this.data.steps.indexOf(step)).map(each => this.stand(each).done)
    const from = Math.max(this.run.started, ...before.filter(each => each))
    const due = from + step.minutes * 60000, now = this.stand(step).done || Date.now()
    const made = element('p', now > due ? 'limit late' : 'limit', fill(this.words.limit, { limit: step.limit }))
    made.append(` · ${fill(this.words.due, { time: this.time(due, { hour: '2-digit', minute: '2-digit' }) })}`)
    if (now > due) made.append(` · ${fill(this.words.late, { n: Math.ceil((now - due) / 60000) })}`)
    return made
  }

  standing(step) {
    const made = element('div', 'standing'), told = this.stand(step), at = SHOWN.indexOf(told.stand)
    made.setAttribute('role', 'status')
    for (const entry of this.unsent(step)) {
      const text = entry.refused ? fill(this.words.refused, { why: entry.refused }) : this.words.unsaved
      made.append(element('p', 'unsaved', `◌ ${this.words[WORD[SHOWN.indexOf(entry.outcome)]]} · ${text}`))
    }
    if (at > 0) {
      const value = told.value ? ` ${told.value} ${step.unit}` : ''
      const saved = fill(this.words.saved, { time: this.time(told.saved) })
      made.append(element('p', `saved s${at}`, `${MARK[at]} ${this.words[WORD[at]]}${value} · ${saved}`))
      if (told.remark) made.append(element('p', 'remark', told.remark))
      if (told.file) made.append(this.file(told.file))
      if (told.times > 1) made.append(element('p', 'quiet', fill(this.words.trail, { n: told.times })))
    }
    if (told.code) made.append(element('p', 'ask', this.words.code), element('p', 'code', told.code))
    if (told.confirmed) {
      const { by, at: moment } = told.confirmed
      made.append(element('p', 'quiet', fill(this.words.confirmed, { who: by, time: this.time(moment) })))
    }
    return made
  }

  file(file) {
    const address = `${this.data.base}/runs/${this.run.id}/evidence/${file.id}`
    const made = this.link(address, file.title)
    if (!file.kind.startsWith('image/')) return made
    const picture = element('img', 'evidence')
    picture.src = address
    picture.alt = file.title
    picture.onerror = () => picture.replaceWith(element('span', 'quiet', this.words.removed))
    made.replaceChildren(picture)
    return made
  }

  last() {
    const made = element('section', 'card'), title = element('h2', '')
    title.tabIndex = -1
    made.append(title)
    const open = this.data.steps.filter(each => ['open', WAITING].includes(this.stand(each).stand))
    if (this.run.state === 'finished') title.textContent = fill(this.words.finished, { time: this.time(this.run.ended) })
    else if (this.run.state === 'open' && this.data.mine) {
      title.textContent = open.length ? fill(this.words.left, { n: open.length }) : this.words.finish_first
      const finish = button('main', this.words.finish, () => this.end({}))
      finish.disabled = !!open.length || !!this.unsent().length
      made.append(finish)
      if (this.form && this.form.kind === 'end') {
        made.append(this.reason(this.words.reason, true, text => this.end({ reason: text, seen: this.run.version })))
      } else made.append(button('plain', this.words.give_up, () => { this.form = { kind: 'end' }; this.draw() }))
    }
    return made
  }

  ways() {
    const made = element('nav', 'ways')
    const back = button('plain', `‹ ${this.words.back}`, () => this.go(this.at - 1))
    back.disabled = this.at === 0
    const step = this.data.steps[this.at], said = step && (this.stand(step).stand !== 'open' || this.unsent(step).length)
    const next = button(said ? 'main' : 'plain', `${this.words.next} ›`, () => this.go(this.at + 1))
    next.disabled = this.at >= this.data.steps.length
    made.append(back, next)
    return made
  }

  list() {
    const made = element('details', 'all')
    made.open = !!this.listed
    made.ontoggle = () => { this.listed = made.open }
    made.append(element('summary', '', this.words.steps))
    const list = element('ol')
    for (const [place, step] of this.data.steps.entries()) {
      const at = SHOWN.indexOf(this.shown(step)), waits = this.unsent(step).length
      const word = waits ? this.words.unsaved : this.words[WORD[at]]
      const line = element('li'), open = button(`to s${waits ? 1 : at}`, '', () => this.go(place))
      open.append(element('span', 'glyph', waits ? '◌' : MARK[at]), element('span', 'name', step.title))
      open.append(element('span', 'word', word))
      line.append(open)
      list.append(line)
    }
    made.append(list)
    return made
  }
}

export default function ({ data, parentElement }) {
  const root = parentElement.querySelector('.run'), told = JSON.parse(data.told)
  const known = apps.get(root)
  if (known && known.run.id === told.run.id && known.data.owner === told.owner) {
    known.take(told)
    known.draw()
    known.send()
  } else {
    known?.leave()
    apps.set(root, new Run(root, told))
  }
  return () => {
    apps.get(root)?.leave()
    apps.delete(root)
  }
}
