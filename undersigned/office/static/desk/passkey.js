// Says so where a passkey was not used; allauth's script tells nobody but the console.
'use strict'
document.addEventListener('allauth.error', event => {
  event.preventDefault()
  document.getElementById('passkey-failed').hidden = false
})
