// Asks before a page is left on which something was typed and not saved. Nothing is kept by it.
'use strict'
{
  const changed = new Set()
  for (const form of document.querySelectorAll('form[method=post]')) {
    form.addEventListener('input', () => changed.add(form))
    form.addEventListener('submit', () => changed.clear())
  }
  addEventListener('beforeunload', event => {
    if (changed.size) event.preventDefault()
  })
}
