// Betters the petition's pages where script runs: renews the count, shares, copies. Nothing needs it.
"use strict";
(() => {
  const root = document.documentElement;
  const tally = document.querySelector("[data-count]");
  if (tally) renew(tally);
  share(document.getElementById("share"));
  copy(document.getElementById("copy"), document.getElementById("share-text"));

  /** Asks for the count again and again, gently: with jitter, with an ETag, and seldom where it fails. */
  function renew(tally) {
    const EVERY = 15000; // milliseconds
    const SELDOM = 600000;
    let pause = EVERY;
    let etag = "";

    async function ask() {
      if (document.hidden) return later(EVERY);
      try {
        const headers = etag ? { "If-None-Match": etag } : {};
        const answer = await fetch(tally.dataset.count, { headers, credentials: "omit", cache: "no-store" });
        if (answer.status !== 304 && !answer.ok) throw new Error(String(answer.status));
        if (answer.ok) {
          show(await answer.json());
          etag = answer.headers.get("ETag") || "";
        }
        pause = EVERY;
      } catch {
        pause = Math.min(pause * 2, SELDOM);
      }
      return later(pause);
    }

    function later(time) {
      setTimeout(ask, time * (0.75 + Math.random() / 2));
    }

    function show({ count, collected, as_of: asOf, checkpoint }) {
      const times = document.querySelectorAll(".tally time");
      if (times.length && Date.parse(asOf) < Date.parse(times[0].dateTime)) return; // a cache on the way was older
      const numbers = new Intl.NumberFormat(tally.dataset.locale);
      const forms = JSON.parse(tally.dataset.forms);
      const form = forms[new Intl.PluralRules(root.lang).select(count)] || forms.other;
      const number = document.getElementById("count");
      const [before, after] = form.split("{}");
      number.textContent = numbers.format(count);
      number.parentNode.replaceChildren(before, number, after);
      document.getElementById("collected").textContent = numbers.format(collected);
      document.getElementById("size").textContent = numbers.format(checkpoint.size);
      const hash = document.getElementById("root");
      hash.textContent = `${checkpoint.root.slice(0, 8)}…`;
      hash.title = checkpoint.root;
      for (const time of times) {
        time.dateTime = asOf;
        time.textContent = moment(new Date(asOf));
      }
    }

    function moment(date) {
      const { locale, moment: pattern } = tally.dataset;
      const part = (options) => new Intl.DateTimeFormat(locale, { ...options, timeZone: "UTC" }).format(date);
      return pattern.replace("{1}", part({ dateStyle: "long" })).replace("{0}", part({ timeStyle: "short" }));
    }

    later(EVERY / 3);
  }

  /** Opens the device's own share sheet, where it has one. */
  function share(button) {
    if (!button || !navigator.share) return;
    button.hidden = false;
    button.addEventListener("click", () => {
      const { title, url } = button.dataset;
      navigator.share({ title, text: title, url }).catch(() => {}); // closed without sharing
    });
  }

  function copy(button, text) {
    if (!button || !text || !navigator.clipboard) return;
    button.hidden = false;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(text.value);
      button.textContent = button.dataset.done;
    });
  }
})();
