// One step back for one thing a person did. Streamlit writes two or three entries when a page is opened from another
// one, the first of them under the old page, and none for a choice of a bound widget. Here the first entry after a key
// or a click is a step, and whatever follows without another one belongs to it.
(() => {
  const push = history.pushState.bind(history), replace = history.replaceState.bind(history)
  let acted = false
  const write = (...entry) => {
    (acted ? push : replace)(...entry)
    acted = false
  }
  history.pushState = history.replaceState = write
  for (const each of ['pointerdown', 'keydown']) addEventListener(each, () => { acted = true }, true)
  addEventListener('popstate', () => { acted = false }, true)
})()
