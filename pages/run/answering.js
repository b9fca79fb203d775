// How one step is answered: what it asks for, a reason where it is not done, and the flag for who looks after it.
const SHOWN = ['open', WAITING, 'done', 'not done', 'out of range', 'not applicable']
const WORD = ['open', 'waiting', 'kept', 'missed', 'out', 'left_out']
const MARK = ['○', '◷', '✓', '✕', '!', '–']

class Answering extends Sending {
  controls(step) {
    const made = element('div', 'controls'), told = this.stand(step)
    const answered = told.stand !== 'open' || this.unsent(step).length
    if (this.form && this.form.step === step.key) made.append(this.asked(step))
    else if (answered) {
      const again = this.run.state === 'finished' ? this.words.correct : this.words.change
      made.append(button('plain', again, () => this.open(step, 'again')))
    } else made.append(...this.choices(step))
    if (Object.keys(this.words.kinds).length) made.append(this.flags(step))
    return made
  }

  open(step, kind, more) {
    this.form = { step: step.key, kind, ...more }
    this.draw()
    this.field()?.focus()
  }

  choices(step) {
    const again = this.run.state === 'finished', first = []
    const done = more => again ? this.open(step, 'why', { outcome: 'done', more }) : this.say(step, 'done', more)
    if (step.kind === 'value') first.push(this.measure(step, done))
    else if (step.kind === 'photo' || step.kind === 'file') first.push(this.pick(step, done))
    else first.push(button('main', this.words.done, () => done({})))
    const beside = element('div', 'beside')
    beside.append(
      button('plain', this.words.not_done, () => this.open(step, 'why', { outcome: 'not done' })),
      button('plain', this.words.not_applicable, () => this.open(step, 'why', { outcome: 'not applicable' })))
    return [...first, beside]
  }

  measure(step, done) {
    const made = element('form', 'measure'), label = element('label', '', this.words.value), input = element('input')
    input.name = 'value'
    // Number pads of phones have no minus.
    input.inputMode = step.signed ? 'text' : 'decimal'
    input.autocomplete = 'off'
    input.maxLength = 40
    const line = element('div', 'line')
    line.append(input, element('span', 'unit', step.unit))
    label.append(line)
    const send = element('button', 'main', this.words.save)
    made.append(label, element('p', 'quiet', step.shown), send)
    made.onsubmit = event => {
      event.preventDefault()
      if (input.value.trim()) done({ value: input.value.trim() })
      else made.querySelector('.quiet').textContent = this.words.need_value
    }
    return made
  }

  pick(step, done) {
    const made = element('label', 'main pick', this.words[step.kind === 'photo' ? 'photo' : 'file']), input = element('input')
    input.type = 'file'
    if (step.kind === 'photo') {
      input.accept = 'image/*'
      input.capture = 'environment'
    }
    input.onchange = async () => {
      const [chosen] = input.files
      if (chosen) done({ file: await smaller(chosen), name: chosen.name })
    }
    made.append(input)
    return made
  }

  asked(step) {
    if (this.form.kind === 'again') {
      const made = element('div')
      made.append(...this.choices(step), button('plain', this.words.cancel, () => this.close()))
      return made
    }
    const must = this.form.outcome === 'not applicable' || this.run.state === 'finished'
    const label = this.run.state === 'finished' ? this.words.why_corrected : must ? this.words.why : this.words.remark
    const { outcome, more } = this.form
    return this.reason(label, must, text => this.say(step, outcome, { ...more, remark: text }))
  }

  close() {
    this.form = null
    this.draw()
  }

  reason(told, must, act) {
    const made = element('form', 'reason'), label = element('label', '', told), text = element('textarea')
    text.name = 'why'
    text.rows = 3
    text.maxLength = 2000
    label.append(text)
    const send = element('button', 'main', this.words.save), wrong = element('p', 'unsaved')
    made.append(label, wrong, send, button('plain', this.words.cancel, () => this.close()))
    made.onsubmit = event => {
      event.preventDefault()
      if (must && !text.value.trim()) wrong.textContent = this.words.need_reason
      else act(text.value.trim())
    }
    return made
  }

  flags(step) {
    const made = element('details', 'flags')
    made.append(element('summary', '', `⚑ ${this.words.flag}`))
    for (const [kind, word] of Object.entries(this.words.kinds)) {
      made.append(button('flag', word, async () => {
        let said = this.words.offline
        try {
          const answer = await this.post('/flags', { step: step.key, kind, key: newKey() })
          said = answer.ok ? this.words.flagged : answer.told.refused || said
        } catch { /* the connection is down: the flag is not kept, and the sentence says so */ }
        made.replaceChildren(made.firstChild, this.note('quiet', said))
      }))
    }
    return made
  }
}
