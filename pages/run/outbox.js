// What is not saved yet, kept on the device; and photos made small before they are sent.
const WIDEST = 1600

function newKey() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map(each => each.toString(16).padStart(2, '0')).join('')
}

// The device's own list of what is not saved yet, also over a reload; in memory where a browser keeps nothing.
class Outbox {
  constructor(owner) {
    this.owner = owner
    this.kept = new Map()
    this.lasting = true
    this.ready = this.open()
  }

  async open() {
    try {
      this.base = await this.done(Object.assign(indexedDB.open('fairlead-runs', 1), {
        onupgradeneeded: event => event.target.result.createObjectStore('unsent', { keyPath: 'key' }),
      }))
      const all = await this.done(this.base.transaction('unsent').objectStore('unsent').getAll())
      for (const each of all) if (each.owner === this.owner) this.kept.set(each.key, each)
    } catch { this.lasting = false }
  }

  done(request) {
    return new Promise((resolve, reject) => {
      request.onsuccess = () => resolve(request.result)
      request.onerror = () => reject(request.error)
    })
  }

  async write(work) {
    if (!this.base) return
    try {
      const step = this.base.transaction('unsent', 'readwrite')
      work(step.objectStore('unsent'))
      await new Promise((resolve, reject) => { step.oncomplete = resolve; step.onerror = step.onabort = reject })
    } catch { this.lasting = false }
  }

  async put(entry) {
    this.kept.set(entry.key, entry)
    await this.write(store => store.put(entry))
  }

  async drop(entry) {
    this.kept.delete(entry.key)
    await this.write(store => store.delete(entry.key))
  }

  of(run) {
    return [...this.kept.values()].filter(each => each.run === run).sort((a, b) => a.at - b.at)
  }
}

// A photo as small as it still shows what it has to, without what the camera wrote into it; else the file itself.
async function smaller(file) {
  if (!file.type.startsWith('image/')) return file
  try {
    const picture = await createImageBitmap(file)
    const by = Math.min(1, WIDEST / Math.max(picture.width, picture.height))
    const canvas = element('canvas')
    canvas.width = Math.max(1, Math.round(picture.width * by))
    canvas.height = Math.max(1, Math.round(picture.height * by))
    canvas.getContext('2d').drawImage(picture, 0, 0, canvas.width, canvas.height)
    const made = await new Promise(resolve => canvas.toBlob(resolve, 'image/jpeg', 0.85))
    return made || file
  } catch { return file }
}
