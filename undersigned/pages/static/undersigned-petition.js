// <undersigned-petition><a href="https://petitions.example/c/name/en/">Sign</a></undersigned-petition>
// A plain link that gains the count, and the form in a frame where the petition allows it. It tells the page
// around it nothing: no message, no event, no cookie. Without script the link stays what it is.
"use strict";
customElements.define("undersigned-petition", class extends HTMLElement {
  connectedCallback() {
    const link = this.querySelector("a[href]");
    if (!link || this.shadowRoot) return;
    const page = new URL(link.href);
    const shadow = this.attachShadow({ mode: "open" });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(`
      :host { display: block; max-inline-size: 40rem; padding: 1rem 1.25rem; border: 1px solid currentColor; border-radius: .2rem; }
      [hidden] { display: none; }
      p { margin: 0 0 .5rem; }
      .count { font: 600 1.5em/1.3 Georgia, serif; }
      time { opacity: .75; font-size: .875em; }
      button { min-block-size: 2.75rem; padding: .4rem 1.2rem; font: inherit; font-weight: 600; cursor: pointer; }
      iframe { inline-size: 100%; block-size: 82rem; border: 0; margin-block-start: 1rem; }`);
    shadow.adoptedStyleSheets = [sheet];
    const count = part("p", "count");
    const time = part("time");
    const row = part("p");
    const button = part("button");
    const slot = part("slot");
    count.hidden = button.hidden = true;
    button.type = "button";
    button.setAttribute("aria-expanded", "false");
    row.append(slot);
    shadow.append(count, time, row, button);
    fill().catch(() => {}); // the link stays

    function part(name, kind = "") {
      const made = document.createElement(name);
      if (kind) made.className = kind;
      return made;
    }

    async function fill() {
      const about = await ask(new URL(`/oembed?url=${encodeURIComponent(page.href)}`, page));
      const told = await ask(about.count_url);
      const form = about.forms[new Intl.PluralRules(about.language).select(told.count)] || about.forms.other;
      count.textContent = form.replace("{}", new Intl.NumberFormat(about.locale).format(told.count));
      const asOf = new Date(told.as_of);
      const written = (options) => new Intl.DateTimeFormat(about.locale, { ...options, timeZone: "UTC" }).format(asOf);
      const moment = about.pattern.replace("{1}", written({ dateStyle: "long" })).replace("{0}", written({ timeStyle: "short" }));
      time.dateTime = told.as_of;
      time.textContent = about.as_of.replace("{}", moment);
      count.hidden = false;
      count.lang = time.lang = button.lang = about.language;
      if (about.type !== "rich") return;
      button.textContent = about.sign;
      button.hidden = false;
      button.addEventListener("click", () => open(about.title));
    }

    function open(title) {
      const frame = part("iframe");
      frame.src = new URL("embed/", page);
      frame.title = title;
      frame.referrerPolicy = "no-referrer";
      button.setAttribute("aria-expanded", "true");
      button.hidden = true;
      shadow.append(frame);
      frame.focus();
    }

    async function ask(address) {
      const answer = await fetch(address, { credentials: "omit", referrerPolicy: "no-referrer" });
      if (!answer.ok) throw new Error(String(answer.status));
      return answer.json();
    }
  }
});
