// Marks the document with the reader's language, and asks for a run of the page when a lost connection is back:
// Streamlit shows the old page and waits, also where another replica answers now, whose downloads it could not fetch.
export default ({ data, setTriggerValue }) => {
  document.documentElement.lang = data.tag
  const app = document.querySelector('[data-testid="stApp"]')
  let lost = false
  window.fairleadWatch?.disconnect()
  window.fairleadWatch = new MutationObserver(() => {
    const connected = app.dataset.testConnectionState === 'CONNECTED'
    if (lost && connected) setTriggerValue('again', true)
    lost = !connected
  })
  window.fairleadWatch.observe(app, { attributeFilter: ['data-test-connection-state'] })
}
