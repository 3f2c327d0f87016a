// Keys, focus, and swapping the page's content in place. Every act is a link or a form of the page itself: without this
// file all of them still work, one page at a time.

const LIST_KEY = "tieout.keys";
const RENEWAL_MS = 20_000; // a renewal that hangs is given up
const AGAIN_MS = 5_000;
let going = null; // the load under way, so that a later one wins
let awaitingGo = -Infinity; // when "g" was pressed
let settled = 0; // timer of the row that is to be loaded

const $ = (selector, root = document) => root.querySelector(selector);
const keysAreOn = () => localStorage.getItem(LIST_KEY) !== "off";
const swapped = [".top", "#toasts", "#main", ".rail nav"];

/** Puts parts of a fetched page in place of ours; the list keeps its place. */
function take(html, address, focus, kept) {
  const next = new DOMParser().parseFromString(html, "text/html");
  if (!$("#main", next) || !$("#main")) {
    location.assign(address);
    return;
  }
  const scrolled = $(".list-scroll")?.scrollTop ?? 0;
  const sameSection = $(".sections [aria-current]")?.textContent.trim()[0] === $(".sections [aria-current]", next)?.textContent.trim()[0];
  const held = document.activeElement?.id;
  const ticked = new Set([...document.querySelectorAll(".row input:checked")].map((box) => box.value));
  document.querySelectorAll(".page > .banner").forEach((banner) => banner.remove());
  next.querySelectorAll(".page > .banner").forEach((banner) => $("#toasts").before(document.adoptNode(banner)));
  for (const selector of swapped) {
    const old = $(selector);
    const fresh = $(selector, next);
    if (old && fresh) {
      if (selector === "#toasts") {
        if (!kept || fresh.children.length) old.replaceChildren(...fresh.childNodes);
      }
      else old.replaceWith(document.adoptNode(fresh));
    }
  }
  document.title = next.title;
  const list = $(".list-scroll");
  if (list && sameSection) list.scrollTop = scrolled;
  for (const box of document.querySelectorAll(".row input")) box.checked = ticked.has(box.value);
  focusAfter(focus, held);
  arrive();
}

function focusAfter(focus, held) {
  const row = $(".row a[aria-current]");
  const question = $(".confirm [autofocus]");
  if (question) {
    question.focus();
  } else if (focus === "row" && row) {
    row.focus({ preventScroll: true });
    row.scrollIntoView({ block: "nearest" });
  } else if (focus === "none") {
    if (held) document.getElementById(held)?.focus({ preventScroll: true });
  } else {
    ($("#main [autofocus]") ?? $("#main")).focus({ preventScroll: true });
    if (focus === "main") scrollTo(0, 0);
  }
}

async function load(address, { options = {}, focus = "main", push = true, renewal = false } = {}) {
  going?.abort();
  const mine = (going = new AbortController());
  const signal = renewal ? AbortSignal.any([mine.signal, AbortSignal.timeout(RENEWAL_MS)]) : mine.signal;
  try {
    const answer = await fetch(address, { ...options, signal, headers: { "X-Requested-With": "fetch" } });
    if (new URL(answer.url).origin !== location.origin) {
      location.assign(answer.url);
      return;
    }
    const html = await answer.text();
    if (mine.signal.aborted) return;
    if (renewal && answer.status >= 500) throw new Error("a page that renews itself keeps what it shows");
    if (push && answer.url !== location.href) history.pushState(null, "", answer.url);
    if (renewal) $("#toasts .toast.waiting")?.remove();
    take(html, answer.url, focus, renewal); // a page that renews itself says its last word on
  } catch (error) {
    if (error.name === "AbortError") return;
    if (!renewal) say("The server cannot be reached just now. Nothing was changed; try again.");
    else say("The server cannot be reached just now; what is shown may be older. It is asked again.", "waiting");
    clearTimeout(arrive.timer);
    if (renewal || $("#main")?.dataset.refresh) arrive.timer = setTimeout(renew, AGAIN_MS);
  } finally {
    if (going === mine) going = null;
  }
}

function say(words, state = "failed") {
  const toast = document.createElement("div");
  toast.className = `toast ${state}`;
  const text = document.createElement("span");
  text.textContent = words;
  toast.append(text);
  $("#toasts")?.replaceChildren(toast);
}

/** Moves the mark at once and fetches the row a moment later, so that holding the key down stays quick. */
function move(step) {
  const links = [...document.querySelectorAll(".row a")];
  if (links.length) {
    const here = links.findIndex((link) => link.hasAttribute("aria-current"));
    const next = links[Math.max(0, Math.min(links.length - 1, here + step))];
    if (!next || next === links[here]) return;
    links[here]?.removeAttribute("aria-current");
    links[here]?.closest(".row").classList.remove("here");
    next.setAttribute("aria-current", "true");
    next.closest(".row").classList.add("here");
    next.focus({ preventScroll: true });
    next.scrollIntoView({ block: "nearest" });
    going?.abort();
    clearTimeout(settled);
    settled = setTimeout(() => { settled = 0; load(next.href, { focus: "row" }); }, 60);
    return;
  }
  const rows = [...document.querySelectorAll("tr[data-row]")];
  const at = rows.findIndex((row) => row.classList.contains("here"));
  const to = rows[Math.max(0, Math.min(rows.length - 1, at + step))];
  if (!to) return;
  rows[at]?.classList.remove("here");
  to.classList.add("here");
  to.querySelector("a, button")?.focus({ preventScroll: true });
  to.scrollIntoView({ block: "nearest" });
}

/** Moves the mark alone: what was decided on is behind the person before the answer has come. */
function show(step) {
  const rows = [...document.querySelectorAll(".row")];
  const here = rows.findIndex((row) => row.classList.contains("here"));
  const next = rows[here + step];
  if (!next) return;
  rows[here]?.classList.replace("here", "leaving");
  next.classList.add("here");
}

function press(name) {
  const target = $(`[data-key="${name}"]`);
  if (!target) return false;
  if (settled && ["accept", "decline", "park", "find"].includes(name)) return true; // the row that is shown is not the one that is marked
  if (target.matches("input")) target.select(), target.focus();
  else target.click();
  if (name === "park") $("#note")?.focus();
  return true;
}

function count() {
  const place = $("#picked");
  if (!place) return;
  const sums = new Map();
  const ticked = [...document.querySelectorAll(".row input:checked")];
  for (const box of ticked) sums.set(box.dataset.currency, (sums.get(box.dataset.currency) ?? 0) + Number(box.dataset.minor));
  const words = [...sums].map(([currency, minor]) => {
    const places = new Intl.NumberFormat("en", { style: "currency", currency }).resolvedOptions().maximumFractionDigits;
    const figure = new Intl.NumberFormat(navigator.language, { minimumFractionDigits: places, maximumFractionDigits: places });
    return `${figure.format(minor / 10 ** places)} ${currency}`;
  });
  place.textContent = ticked.length ? `${ticked.length} ticked, ${words.join(" and ")}` : "";
}

function onKey(event) {
  const typing = event.target.closest("input:not([type=checkbox], [type=radio]), select, textarea");
  if (event.key === "Escape" && typing) typing.blur();
  if (typing || event.ctrlKey || event.metaKey || event.altKey || !keysAreOn() || $("#keys")?.open) return;
  if (event.timeStamp - awaitingGo < 1200) {
    awaitingGo = -Infinity;
    const link = $(`[data-go="${CSS.escape(event.key)}"]`);
    if (link) { event.preventDefault(); load(link.href); return; }
  }
  if (event.key === "Enter") {
    if (event.repeat) { event.preventDefault(); return; }
    const other = event.target.closest("button, summary, a, input");
    if (other && !other.matches(".row a, .row input")) return;
    if (press("accept")) event.preventDefault();
    return;
  }
  if (event.repeat && !["j", "k", "ArrowDown", "ArrowUp"].includes(event.key)) return;
  const acts = {
    j: () => move(1), ArrowDown: () => move(1), k: () => move(-1), ArrowUp: () => move(-1),
    d: () => press("decline"), u: () => press("undo"), p: () => press("park"), f: () => press("find"),
    A: () => press("accept-all"), "/": () => press("search"), "?": () => $("#keys")?.showModal(),
    g: () => { awaitingGo = event.timeStamp; }, x: () => $(".row.here input")?.click(),
  };
  if (["ArrowDown", "ArrowUp"].includes(event.key) && !$(".row, tr[data-row]")) return;
  if (acts[event.key]) {
    event.preventDefault();
    acts[event.key]();
  }
}

function onClick(event) {
  const link = event.target.closest("a");
  if (!link || event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  if (link.origin !== location.origin || link.target || link.hash || link.hasAttribute("download") || link.pathname.startsWith("/static/")) return;
  event.preventDefault();
  load(link.href, { focus: link.closest(".list, .sections") ? "row" : "main" });
}

function onSubmit(event) {
  const form = event.target;
  if (form.method === "dialog" || event.defaultPrevented) return;
  const action = event.submitter?.getAttribute("formaction") ?? form.action; // one form may be sent to two places
  const path = new URL(action, location.href).pathname;
  if (path.startsWith("/connect/") || path === "/sign-out" || path === "/organisation") return; // these leave the page
  event.preventDefault();
  const body = new FormData(form, event.submitter);
  const focus = form.closest(".desk, #toasts, .confirm") && $(".list") ? "row" : "main";
  if (form.method === "get") {
    const address = new URL(form.action);
    for (const [name, value] of body) if (value !== "") address.searchParams.set(name, value);
    load(address.href, { focus: form.closest(".hand") ? "main" : focus });
    return;
  }
  if (form.ariaBusy === "true") return;
  form.ariaBusy = "true";
  event.submitter?.setAttribute("aria-busy", "true");
  if (event.submitter?.matches('[data-key="accept"], [data-key="decline"]')) show(1); // the answer puts it right
  load(action, { options: { method: "POST", body }, focus }).finally(() => { form.ariaBusy = null; event.submitter?.removeAttribute("aria-busy"); });
}

/** After each page: figures of what is ticked, the row in sight, and pages that renew themselves. */
function arrive() {
  count();
  const every = Number($("#main")?.dataset.refresh);
  clearTimeout(arrive.timer);
  if (every) arrive.timer = setTimeout(renew, every);
}

function renew() {
  if (document.hidden || $("details[open]", $("#main")) || going) arrive();
  else load(location.href, { focus: "none", push: false, renewal: true });
}

document.addEventListener("keydown", onKey);
document.addEventListener("click", onClick);
document.addEventListener("submit", onSubmit);
document.addEventListener("change", (event) => { if (event.target.matches(".row input")) count(); });
window.addEventListener("popstate", () => load(location.href, { focus: "row", push: false }));

const opener = $("#keys-open");
if (opener) {
  opener.hidden = false;
  opener.addEventListener("click", () => $("#keys").showModal());
  const box = $("#keys-on");
  box.checked = keysAreOn();
  box.addEventListener("change", () => localStorage.setItem(LIST_KEY, box.checked ? "on" : "off"));
}
// on a narrow page the list stands below the pair: scrolling to it would hide what is to be decided
if (matchMedia("(min-width: 60rem)").matches) $(".row a[aria-current]")?.scrollIntoView({ block: "nearest" });
arrive();
