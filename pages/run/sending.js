// An answer is written down on the device first, sent, and shown as saved only once the server said that it is stored;
// what could not be sent is sent again, under the same key, until the server answers.
const WAITING = 'waiting for a second person'
const RETRY_MS = 4000, ANSWER_MS = 20000, SEND_FILE_MS = 120000

class Sending {
  constructor(root, data) {
    this.root = root
    this.at = null
    this.form = null
    this.problem = ''
    this.box = new Outbox(data.owner)
    this.take(data)
    this.box.ready.then(() => { this.draw(); this.send() })
    this.wake = () => this.send(true)
    for (const name of ['online', 'focus', 'pageshow']) addEventListener(name, this.wake)
    this.timer = setInterval(() => this.tick(), RETRY_MS)
  }

  leave() {
    clearInterval(this.timer)
    for (const name of ['online', 'focus', 'pageshow']) removeEventListener(name, this.wake)
  }

  take(data) {
    this.data = data
    this.words = data.words
    if (!this.run || data.run.version >= this.run.version) this.run = data.run
    if (this.at == null) {
      this.at = this.firstOpen()
      this.opened = Date.now()
    }
  }

  firstOpen() {
    const open = this.data.steps.findIndex(each => this.stand(each).stand === 'open')
    return open < 0 ? this.data.steps.length : open
  }

  stand(step) {
    return this.run.steps[step.key] || { stand: 'open' }
  }

  unsent(step) {
    return this.box.of(this.run.id).filter(each => !step || each.step === step.key)
  }

  time(moment, how) {
    return new Date(moment).toLocaleTimeString(this.data.tag, { hour12: false, ...how })
  }

  async ask(path, options = {}, patience = ANSWER_MS) {
    const answer = await fetch(`${this.data.base}/runs/${this.run.id}${path}`, {
      ...options, credentials: 'same-origin', redirect: 'error', signal: AbortSignal.timeout(patience),
      headers: { 'Accept-Language': this.data.tag, ...options.headers },
    })
    const told = (answer.headers.get('content-type') || '').includes('json') ? await answer.json() : {}
    return { status: answer.status, ok: answer.ok, told }
  }

  post(path, body) {
    return this.ask(path, {
      method: 'POST', body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' },
    })
  }

  // One at a time and in their order; what the server refuses stays to be read, what did not arrive is tried again.
  async send(anew) {
    if (this.sending) return
    this.sending = true
    let reached = false
    try {
      for (const entry of this.unsent()) {
        if (entry.refused) continue
        reached = await this.deliver(entry)
        if (!reached) break
      }
      if (anew && !this.unsent().length) await this.refresh()
    } finally {
      this.sending = false
      this.draw()
    }
  }

  async deliver(entry) {
    try {
      if (entry.file && !entry.evidence && !await this.carry(entry)) return !!entry.refused
      const { key, step, outcome, value, remark, evidence, at, shown } = entry
      const answer = await this.post('/answers', { key, step, outcome, value, remark, evidence, at, shown: shown || 0 })
      if (answer.ok) {
        this.problem = ''
        this.run = answer.told.run
        await this.box.drop(entry)
        this.draw()
        return true
      }
      return await this.refuse(entry, answer)
    } catch {
      this.problem = this.words.offline
      return false
    }
  }

  async carry(entry) {
    const query = new URLSearchParams({ step: entry.step, name: entry.name })
    const options = { method: 'POST', body: entry.file, headers: { 'Content-Type': 'application/octet-stream' } }
    const answer = await this.ask(`/evidence?${query}`, options, SEND_FILE_MS)
    if (!answer.ok) return await this.refuse(entry, answer) && false
    entry.evidence = answer.told.id
    await this.box.put(entry)
    return true
  }

  async refuse(entry, answer) {
    if (answer.status === 401) this.problem = this.words.signed_out
    else if (answer.status >= 500 || answer.status === 421 || !answer.told.refused) this.problem = this.words.offline
    else {
      entry.refused = answer.told.refused
      await this.box.put(entry)
      return true
    }
    return false
  }

  async refresh() {
    try {
      const answer = await this.ask('')
      if (answer.ok) { this.run = answer.told; this.problem = '' }
    } catch { this.problem = this.words.offline }
  }

  tick() {
    const step = this.data.steps[this.at]
    const waits = step && this.stand(step).stand === WAITING
    if (document.visibilityState === 'visible' && (waits || this.problem || this.unsent().some(e => !e.refused))) {
      this.send(true)
    }
  }

  async say(step, outcome, more = {}) {
    for (const old of this.unsent(step)) if (old.refused) await this.box.drop(old)
    await this.box.put({
      key: newKey(), owner: this.data.owner, run: this.run.id, step: step.key, outcome, shown: this.opened,
      at: Date.now(), value: '', remark: '', evidence: null, ...more,
    })
    this.form = null
    this.draw()
    this.send()
  }

  async end(body) {
    try {
      const answer = await this.post('/end', body)
      if (answer.ok) {
        this.run = answer.told.run
        this.form = null
        this.problem = ''
      } else this.problem = answer.told.refused || this.words.offline
    } catch { this.problem = this.words.offline }
    this.draw()
  }
}
