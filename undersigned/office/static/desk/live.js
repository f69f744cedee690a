// Shows what stands in the form as it will read, beside it, a moment after each change. Nothing is kept by it.
'use strict'
{
  const PAUSE = 400 // milliseconds without a key
  const form = document.querySelector('form[data-rendered]')
  const live = document.getElementById('live')
  const failed = document.getElementById('live-failed')
  const text = document.getElementById('live-text')
  let timer = 0
  let asking = new AbortController()

  const show = async () => {
    asking.abort()
    const mine = asking = new AbortController()
    try {
      const answer = await fetch(form.dataset.rendered, { method: 'POST', body: new FormData(form), signal: mine.signal, redirect: 'error' })
      if (!answer.ok) throw new Error(answer.statusText)
      const page = new DOMParser().parseFromString(await answer.text(), 'text/html')
      if (mine.signal.aborted) return
      text.replaceChildren(...page.body.childNodes)
      failed.hidden = true
    } catch {
      if (!mine.signal.aborted) failed.hidden = false
    }
  }

  form.addEventListener('input', () => {
    clearTimeout(timer)
    timer = setTimeout(show, PAUSE)
  })
  live.hidden = false
  show()
}
