// Recounts and checks a public log in the browser, from its files alone. The rules stand in docs/verify.md.
"use strict";
(() => {
  const BUNDLE = 256;
  const AHEAD = 8; // files asked for before they are needed
  const LARGEST = BUNDLE * 65537;
  const MOST = 2 ** 30; // lines of a log that a browser can hold
  const MOST_TOLD = 5; // false figures told one by one
  const form = document.getElementById("verify-form");
  if (!form) return;
  const steps = document.getElementById("verify-steps");
  const result = document.getElementById("verify-result");
  const button = document.getElementById("verify-run");
  const words = JSON.parse(document.getElementById("verify-words").textContent);
  const digits = new Intl.NumberFormat(document.documentElement.lang || "en");

  /** What stops a check: a key of the words, and what stands in its places. */
  class Fault extends Error {
    constructor(key, values = {}) {
      super(key);
      this.key = key;
      this.values = values;
    }
  }

  const sentence = (key) => words[key] || key;

  /** Writes a sentence into an element. What stands in its places keeps a direction of its own. */
  function say(element, key, values = {}) {
    const parts = sentence(key).split(/(\{\w+\})/);
    element.replaceChildren(...parts.map((part) => shown(part, values[part.slice(1, -1)])));
  }

  function shown(part, value) {
    if (value === undefined || !/^\{\w+\}$/.test(part)) return part;
    if (typeof value === "number") return digits.format(value);
    const isolated = document.createElement("bdi");
    isolated.textContent = String(value);
    return isolated;
  }

  function step(state, key, values) {
    const item = document.createElement("li");
    item.className = state;
    say(item, key, values);
    steps.append(item);
    return item;
  }

  // ---- bytes

  const sha256 = async (bytes) => new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  const latin = (bytes) => Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
  const base64 = (bytes) => btoa(latin(bytes));
  const same = (one, other) => one.length === other.length && one.every((byte, i) => byte === other[i]);

  /** Bytes of canonical base64, or null. */
  function unbase64(text) {
    try {
      const bytes = Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
      return base64(bytes) === text ? bytes : null;
    } catch {
      return null;
    }
  }

  function joined(...parts) {
    const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
    parts.reduce((at, part) => (all.set(part, at), at + part.length), 0);
    return all;
  }

  /** A number of strict decimal digits, or null: "01", "+1" and "1e3" are none. */
  function decimal(text) {
    const number = /^(0|[1-9][0-9]{0,15})$/.test(text) ? Number(text) : null;
    return Number.isSafeInteger(number) ? number : null;
  }

  const leaf = (entry) => sha256(joined([0], entry)); // RFC 6962, 2.1
  const node = (left, right) => sha256(joined([1], left, right));

  /** The root over hashes of equal subtrees, the last of which may be smaller (RFC 6962, 2.1). */
  async function fold(hashes) {
    if (!hashes.length) return sha256(new Uint8Array());
    while (hashes.length > 1) {
      const pairs = [];
      for (let i = 0; i + 1 < hashes.length; i += 2) pairs.push(node(hashes[i], hashes[i + 1]));
      if (hashes.length % 2) pairs.push(hashes[hashes.length - 1]);
      hashes = await Promise.all(pairs);
    }
    return hashes[0];
  }

  // ---- files

  /** A file's bytes; null where an optional one is not there. Only what never changes may come from a cache. */
  async function read(url, name, optional = false) {
    const cache = url.includes("/tile/") ? "default" : "no-store";
    let answer;
    try {
      answer = await fetch(url, { cache, credentials: "omit", redirect: "error" });
    } catch {
      throw new Fault("file-unreachable", { name });
    }
    if (optional && answer.status === 404) return null;
    if (!answer.ok) throw new Fault("file-absent", { name, status: String(answer.status) });
    const bytes = new Uint8Array(await answer.arrayBuffer());
    if (bytes.length > LARGEST) throw new Fault("file-damaged", { name, why: sentence("why-length") });
    return bytes;
  }

  /** Where log and count of a campaign are, from the address of its log or of one of its pages. */
  function locate(text) {
    const bare = /^[a-z0-9][a-z0-9-]{0,39}$/.test(text) ? `/log/${text}/` : text;
    let url;
    try {
      url = new URL(bare, location.href);
    } catch {
      throw new Fault("no-address");
    }
    const found = /^((?:\/[^/]+)*?)\/(?:log|c)\/([a-z0-9][a-z0-9-]{0,39})(?:\.json)?(?:\/.*)?$/.exec(url.pathname);
    if (!text || !found) throw new Fault("no-address");
    if (url.origin !== location.origin) throw new Fault("elsewhere", { address: url.href });
    const [, before, name] = found;
    return { log: `${before}/log/${name}/`, count: `${before}/c/${name}/count.json`, address: url.href };
  }

  function bundlePath(start, size) {
    const width = Math.min(BUNDLE, size - start);
    const number = String(start / BUNDLE);
    const groups = number.padStart(Math.ceil(number.length / 3) * 3, "0").match(/.{3}/g);
    const path = groups.map((group, i) => (i < groups.length - 1 ? "x" : "") + group).join("/");
    return { full: `tile/entries/${path}`, width, path: `tile/entries/${path}${width < BUNDLE ? `.p/${width}` : ""}` };
  }

  /** A bundle; where the partial one is gone, the full one that took its place. */
  async function bundle(log, start, size) {
    const { path, full, width } = bundlePath(start, size);
    const bytes = (await read(log + path, path, width < BUNDLE)) || (await read(log + full, full));
    const entries = [];
    let at = 0;
    while (entries.length < width && at + 2 <= bytes.length) {
      const end = at + 2 + bytes[at] * 256 + bytes[at + 1];
      if (end > bytes.length) break;
      entries.push(bytes.subarray(at + 2, end));
      at = end;
    }
    const whole = entries.length === width && (at === bytes.length || width < BUNDLE);
    if (!whole) throw new Fault("file-damaged", { name: path, why: sentence("why-length") });
    return entries;
  }

  // ---- the signed checkpoint (C2SP signed-note, tlog-checkpoint)

  function parseCheckpoint(bytes) {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    const cut = text.lastIndexOf("\n\n");
    const body = text.slice(0, cut + 1);
    const [origin, digitsOfSize, root] = body.split("\n");
    const size = decimal(digitsOfSize || "");
    const hash = unbase64(root || "");
    const signed = text.slice(cut + 2).split("\n");
    const complete = cut > 0 && signed.pop() === "" && signed.every((line) => /^\u2014 [^\s+]+ [A-Za-z0-9+/]+=*$/.test(line));
    if (!complete || !origin || size === null || size > MOST || !hash || hash.length !== 32) throw new Error("form");
    return { body, origin, size, root: hash, signed: signed.map((line) => line.split(" ")) };
  }

  function checkpointOf(bytes) {
    try {
      return parseCheckpoint(bytes);
    } catch {
      throw new Fault("checkpoint-malformed", { why: sentence("why-checkpoint") });
    }
  }

  /** The Ed25519 key of a vkey line "name+hex+base64(01 key)", its id checked; null where it is none. */
  async function keyOf(line) {
    const [, name, hex, rest] = /^([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+=*)\n?$/.exec(line) || [];
    const typed = unbase64(rest || "");
    if (!typed || typed.length !== 33 || typed[0] !== 1) return null;
    const id = (await sha256(joined(new TextEncoder().encode(`${name}\n`), typed))).subarray(0, 4);
    const shown = Array.from(id, (byte) => byte.toString(16).padStart(2, "0")).join("");
    return shown === hex ? { name, id, key: typed.subarray(1) } : null;
  }

  /** "ok", "bad", or "unable" where the browser lacks Ed25519. */
  async function signatureState(checkpoint, key) {
    if (!key) return "bad";
    const ours = checkpoint.signed
      .filter(([, name]) => name === key.name)
      .map(([, , text]) => unbase64(text))
      .filter((bytes) => bytes && bytes.length === 68 && same(bytes.subarray(0, 4), key.id));
    if (!ours.length) return "bad";
    let imported;
    try {
      imported = await crypto.subtle.importKey("raw", key.key, { name: "Ed25519" }, false, ["verify"]);
    } catch (error) {
      return error.name === "NotSupportedError" ? "unable" : "bad";
    }
    const message = new TextEncoder().encode(checkpoint.body);
    const checks = ours.map((bytes) => crypto.subtle.verify("Ed25519", imported, bytes.subarray(4), message));
    return (await Promise.all(checks)).every(Boolean) ? "ok" : "bad";
  }

  async function checkSignature(checkpoint, vkey, address) {
    const line = latin(vkey).trim();
    const state = await signatureState(checkpoint, await keyOf(latin(vkey)));
    const values = { origin: checkpoint.origin, lines: checkpoint.size, address };
    if (state === "ok") step("ok", "signature-good", values);
    if (state === "unable") step("note", "signature-unchecked", values);
    if (state === "bad") throw new Fault("signature-bad");
    step("note", "key", { key: line });
  }

  // ---- the recount

  const LIVE = 1;
  const WITHDRAWN = 2;
  const STRUCK = 3;

  /** The count after the lines fed so far. Throws at the first line that breaks a rule. */
  class Recount {
    constructor(size) {
      this.states = new Uint8Array(size);
      this.prints = new BigUint64Array(size); // the first 64 bits of every signature's hash
      this.standing = 0;
      this.collected = 0;
      this.released = 0;
      this.smallest = 1;
      this.day = "";
      this.groups = new Map();
      this.fell = []; // indices of lines that take a signature out
      this.rose = []; // and of those that bring one back
      this.named = []; // by tally line: its index, and how many countries and territories are named from there on
      this.stated = []; // index and facts of every figure stated in public
    }

    feed(index, text, hash) {
      const kind = text[0];
      const rest = text.slice(2);
      const wrong = (why) => new Fault("line-wrong", { index, why: sentence(why) });
      if (text[1] !== " " || !/^[\x20-\x7e]+$/.test(text) || !"gdswxrtvcan".includes(kind)) throw wrong("why-kind");
      if ((kind === "g") !== (index === 0)) throw wrong("why-genesis");
      if (!this.day && kind !== "g" && kind !== "d") throw wrong("why-day");
      if ("gvcan".includes(kind)) this.facts(index, kind, rest, wrong);
      else if (kind === "s") this.signature(index, rest, hash, wrong);
      else if (kind === "t") this.tally(index, rest, wrong);
      else if (kind === "d") this.dawn(rest, wrong);
      else this.change(index, kind, rest, wrong);
      if (this.released > this.standing) throw wrong("why-tally");
    }

    facts(index, kind, rest, wrong) {
      let facts = null;
      try {
        facts = rest[0] === "{" && JSON.parse(rest);
      } catch {} // told below
      if (!facts) throw wrong("why-json");
      if (kind === "c") this.stated.push({ index, facts });
      if (kind !== "g") return;
      if (facts.format !== 1 || !Number.isSafeInteger(facts.k) || facts.k < 1) throw wrong("why-genesis");
      this.smallest = facts.k;
      this.origin = facts.origin;
    }

    dawn(rest, wrong) {
      if (!/^[0-9]{4}-[0-9]{2}-[0-9]{2}$/.test(rest) || rest <= this.day) throw wrong("why-day");
      this.day = rest;
    }

    signature(index, rest, hash, wrong) {
      if (!/^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/.test(rest)) throw wrong("why-code");
      this.states[index] = LIVE;
      this.prints[this.collected] = new DataView(hash.buffer).getBigUint64(0);
      this.standing += 1;
      this.collected += 1;
    }

    change(index, kind, rest, wrong) {
      const found = /^([0-9]+) ([a-z][a-z0-9-]{0,31})$/.exec(kind === "r" ? `${rest} r` : rest);
      const target = found && decimal(found[1]);
      if (target === null) throw wrong("why-code");
      const before = target < index ? this.states[target] : 0;
      if (before !== (kind === "r" ? STRUCK : LIVE)) throw wrong(kind === "r" ? "why-not-struck" : "why-not-live");
      this.states[target] = { w: WITHDRAWN, x: STRUCK, r: LIVE }[kind];
      this.standing += kind === "r" ? 1 : -1;
      (kind === "r" ? this.rose : this.fell).push(index);
    }

    tally(index, rest, wrong) {
      const found = /^([A-Z]{2}|[0-9]{3}) ([epm]) (-?[1-9][0-9]{0,14})$/.exec(rest);
      if (!found) throw wrong("why-code");
      const group = `${found[1]} ${found[2]}`;
      const number = Number(found[3]);
      const sum = (this.groups.get(group) || 0) + number;
      if (Math.abs(number) < this.smallest) throw wrong("why-group");
      if (sum < 0) throw wrong("why-tally");
      this.groups.set(group, sum);
      this.released += number;
      const named = [...this.shown()].filter((place) => /^[A-Z]{2}$/.test(place) && place !== "ZZ");
      this.named.push({ index, places: named.length });
    }

    /** The countries, territories and regions that have signatures released. */
    shown() {
      return new Set([...this.groups].filter(([, number]) => number).map(([group]) => group.slice(0, -2)));
    }

    places() {
      return this.shown().size;
    }

    /** What the first `size` lines count, none of them later than the last one fed. */
    at(size) {
      const before = (indices) => indices.filter((index) => index < size).length;
      const collected = this.states.subarray(0, size).reduce((sum, state) => sum + (state ? 1 : 0), 0);
      const standing = collected - before(this.fell) + before(this.rose);
      const { places } = this.named.filter(({ index }) => index < size).pop() || { places: 0 };
      return { standing, collected, places };
    }

    /** Throws where two signatures hold the same leaf; takes a moment on a large log. */
    end() {
      const prints = this.prints.subarray(0, this.collected).sort();
      if (prints.some((print, i) => i > 0 && print === prints[i - 1])) throw new Fault("leaf-repeated");
    }
  }

  /** Hashes and recounts the log in order. `marks`: sizes whose count and root are wanted besides. */
  class Reading {
    constructor(size, marks, wanted) {
      this.recount = new Recount(size);
      this.marks = new Set(marks);
      this.wanted = wanted; // index of a line whose hash is wanted
      this.roots = [];
      this.seen = new Map();
      this.text = new TextDecoder("latin1");
    }

    async take(start, entries) {
      const hashes = await Promise.all(entries.map(leaf));
      for (let i = 0; i < entries.length; i += 1) {
        this.recount.feed(start + i, this.text.decode(entries[i]), hashes[i]);
        if (this.marks.has(start + i + 1)) await this.mark(start + i + 1, hashes.slice(0, i + 1));
      }
      if (this.wanted >= start && this.wanted < start + hashes.length) this.leaf = hashes[this.wanted - start];
      this.roots.push(await fold(hashes));
    }

    async mark(size, hashes) {
      const { standing, collected } = this.recount;
      this.seen.set(size, { standing, collected, root: await fold([...this.roots, await fold(hashes)]) });
    }
  }

  /** Reads the lines, a few files ahead, and gives the root they have. */
  async function readLog(log, size, reading, progress) {
    const ahead = [];
    let next = 0;
    const ask = () => {
      if (next >= size) return;
      const asked = bundle(log, next, size);
      asked.catch(() => {}); // told when its turn comes
      ahead.push(asked);
      next += BUNDLE;
    };
    for (let i = 0; i < AHEAD; i += 1) ask();
    for (let start = 0; start < size; start += BUNDLE) {
      const entries = await ahead.shift();
      ask();
      await reading.take(start, entries);
      await progress(start + entries.length);
    }
    return fold(reading.roots);
  }

  /** Shows how far the reading is, four times a second, and lets the page breathe. */
  function progressOn(item, lines) {
    let last = performance.now();
    return async (done) => {
      if (performance.now() - last < 250) return;
      last = performance.now();
      say(item, "progress", { done, lines });
      await new Promise((resume) => setTimeout(resume));
    };
  }

  // ---- what is published beside the log

  async function readCount(url) {
    const bytes = await read(url, "count.json", true);
    if (!bytes) return null;
    try {
      const { count, collected, checkpoint } = JSON.parse(new TextDecoder().decode(bytes));
      const root = unbase64(checkpoint.root);
      const numbers = [count, collected, checkpoint.size].every((n) => Number.isSafeInteger(n) && n >= 0);
      return numbers && root ? { count, collected, size: checkpoint.size, root } : "malformed";
    } catch {
      return "malformed";
    }
  }

  function compareCount(count, lines, seen) {
    if (!count) return step("note", "count-absent");
    if (count === "malformed") return step("bad", "count-malformed");
    const { size } = count;
    if (size > lines) return step("bad", "count-ahead", { size, lines });
    const found = seen.get(size);
    if (!found || !same(found.root, count.root)) return step("bad", "count-root-differs", { size });
    if (found.standing === count.count && found.collected === count.collected) return step("ok", "agrees", count);
    const { standing } = found;
    return step("bad", "count-differs", { ...count, standing, found: found.collected });
  }

  // ---- the figures that the log says were stated in public

  const MEASURES = new Map([
    ["signatures-standing", "standing"],
    ["signatures-collected", "collected"],
    ["places-of-signatures", "places"],
  ]);
  const HOLDS = new Map([
    ["at_least", (counted, said) => counted >= said],
    ["more_than", (counted, said) => counted > said],
    ["exact", (counted, said) => counted === said],
    ["at_most", (counted, said) => counted <= said],
    ["fewer_than", (counted, said) => counted < said],
  ]);

  /** What a line claims, or null: a country with few signatures is told in its region, so places are a least number. */
  function claimOf(facts) {
    const measure = MEASURES.get(facts.measure);
    const holds = HOLDS.get(facts.qualifier);
    const value = typeof facts.value === "string" ? decimal(facts.value) : null;
    const root = typeof facts.root === "string" ? unbase64(facts.root) : null;
    const sized = Number.isSafeInteger(facts.size) && facts.size > 0;
    const fits = measure !== "places" || ["at_least", "more_than"].includes(facts.qualifier);
    const whole = measure && holds && fits && value !== null && root && sized;
    return whole ? { measure, holds, value, size: facts.size, root } : null;
  }

  /** The root of the first `size` lines; the one file in which that size lies is read again. */
  async function rootAt(log, size, lines, reading) {
    const whole = Math.floor(size / BUNDLE);
    const roots = reading.roots.slice(0, whole);
    if (size % BUNDLE === 0) return fold(roots);
    const entries = await bundle(log, whole * BUNDLE, lines);
    const hashes = await Promise.all(entries.map(leaf));
    const { path } = bundlePath(whole * BUNDLE, lines);
    if (!same(await fold(hashes), reading.roots[whole])) throw new Fault("file-damaged", { name: path, why: sentence("why-malformed") });
    return fold([...roots, await fold(hashes.slice(0, size % BUNDLE))]);
  }

  async function statedFault(index, claim, root, recount) {
    if (!claim) return "why-stated-form";
    if (claim.size > index) return "why-stated-size";
    if (!same(await root(claim.size), claim.root)) return "why-stated-root";
    return claim.holds(recount.at(claim.size)[claim.measure], claim.value) ? null : "why-stated-value";
  }

  async function checkStated(log, lines, reading) {
    const { recount } = reading;
    const roots = new Map();
    const root = (size) => {
      if (!roots.has(size)) roots.set(size, rootAt(log, size, lines, reading));
      return roots.get(size);
    };
    let wrong = 0;
    for (const { index, facts } of recount.stated) {
      const why = await statedFault(index, claimOf(facts), root, recount);
      if (!why) continue;
      wrong += 1;
      step("bad", "stated-false", { index, why: sentence(why) });
      if (wrong === MOST_TOLD) break;
    }
    if (recount.stated.length && !wrong) step("ok", "stated-true", { figures: recount.stated.length });
  }

  // ---- the receipt (C2SP tlog-proof)

  function parseReceipt(bytes) {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    const cut = text.indexOf("\n\n");
    const lines = text.slice(0, cut).split("\n");
    if (cut < 0 || lines.shift() !== "c2sp.org/tlog-proof@v1") throw new Error("form");
    if (lines[0] && lines[0].startsWith("extra ")) lines.shift();
    const index = decimal((/^index ([0-9]+)$/.exec(lines.shift() || "") || [])[1] || "");
    const path = lines.map(unbase64);
    const checkpoint = parseCheckpoint(bytes.subarray(new TextEncoder().encode(text.slice(0, cut + 2)).length));
    if (index === null || index >= checkpoint.size || path.some((hash) => !hash || hash.length !== 32)) throw new Error("form");
    return { index, path, checkpoint };
  }

  async function readReceipt() {
    const input = document.getElementById("verify-receipt");
    const file = input && input.files && input.files[0];
    if (!file) return null;
    try {
      return parseReceipt(new Uint8Array(await file.arrayBuffer()));
    } catch {
      throw new Fault("receipt-bad", { why: sentence("why-malformed") });
    }
  }

  /** The root that an inclusion path leads to (RFC 9162, 2.1.3.2), or null where its length is wrong. */
  async function rootOfPath({ index, path, checkpoint }, hash) {
    let at = BigInt(index);
    let last = BigInt(checkpoint.size - 1);
    for (const sibling of path) {
      if (last === 0n) return null;
      if (at % 2n || at === last) {
        hash = await node(sibling, hash);
        while (at % 2n === 0n && at !== 0n) [at, last] = [at >> 1n, last >> 1n];
      } else {
        hash = await node(hash, sibling);
      }
      [at, last] = [at >> 1n, last >> 1n];
    }
    return last === 0n ? hash : null;
  }

  async function checkReceipt(receipt, key, origin, reading) {
    if (!receipt) return;
    const bad = (why) => step("bad", "receipt-bad", { why: sentence(why) });
    const { index, checkpoint } = receipt;
    const seen = reading.seen.get(checkpoint.size);
    if (checkpoint.origin !== origin || !seen || !same(seen.root, checkpoint.root)) return bad("why-consistent");
    if ((await signatureState(checkpoint, key)) === "bad") return bad("why-signature");
    const root = await rootOfPath(receipt, reading.leaf);
    if (!root || !same(root, checkpoint.root)) return bad("why-path");
    const state = ["other-line", "counted", "withdrawn", "struck"][reading.recount.states[index]];
    return step("ok", `receipt-${state}`, { index });
  }

  // ---- the whole

  async function check(address) {
    if (!globalThis.crypto || !crypto.subtle) throw new Fault("browser-old", { address });
    const where = locate(address);
    const receipt = await readReceipt();
    const count = await readCount(where.count); // before the checkpoint, so that it cannot be ahead of it
    const checkpoint = checkpointOf(await read(`${where.log}checkpoint`, "checkpoint"));
    const vkey = await read(`${where.log}vkey`, "vkey");
    await checkSignature(checkpoint, vkey, where.address);
    const lines = checkpoint.size;
    const marks = [count && count.size, receipt && receipt.checkpoint.size].filter(Boolean);
    const reading = new Reading(lines, marks, receipt ? receipt.index : -1);
    await reading.mark(0, []);
    const item = step("note", "progress", { done: 0, lines });
    let root;
    try {
      root = await readLog(where.log, lines, reading, progressOn(item, lines));
    } finally {
      item.remove();
    }
    if (!same(root, checkpoint.root)) throw new Fault("root-differs");
    step("ok", "root-right", { lines, root: base64(root) });
    reading.recount.end();
    if (lines && reading.recount.origin !== checkpoint.origin) throw new Fault("genesis-other");
    const { standing, collected } = reading.recount;
    step("ok", "recounted", { standing, collected, places: reading.recount.places() });
    await checkStated(where.log, lines, reading);
    compareCount(count, lines, reading.seen);
    await checkReceipt(receipt, await keyOf(latin(vkey)), checkpoint.origin, reading);
    return { standing, collected, lines };
  }

  async function run() {
    button.disabled = true;
    steps.replaceChildren();
    result.className = "";
    say(result, "working");
    const address = document.getElementById("verify-log").value.trim();
    let found = {};
    try {
      found = await check(address);
    } catch (error) {
      const told = error instanceof Fault ? error : new Fault("unfinished", { address });
      step("bad", told.key, told.values);
      if (told !== error) throw error; // for the console
    } finally {
      button.disabled = false;
      const has = (state) => steps.querySelector(`li.${state}`) !== null;
      const verdict = has("bad") || found.lines === undefined ? "failed" : "good";
      result.className = verdict === "failed" ? "bad" : "ok";
      say(result, verdict, found);
    }
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    run();
  });
})();
