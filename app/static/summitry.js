// What pages do a little quicker or nearer to the reader; all of it works without.
"use strict";

// The reader's own time beside the source's.
function showOwnTimes(within) {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  for (const told of within.querySelectorAll("time[data-zone]")) {
    if (told.dataset.zone === zone || told.querySelector(".own")) continue;
    const moment = new Date(told.dateTime);
    if (isNaN(moment)) continue;
    const day = (timeZone) => new Intl.DateTimeFormat("en-CA", { timeZone }).format(moment);
    let options = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
    try {
      if (day(told.dataset.zone) !== day(zone)) options = { weekday: "short", day: "numeric", month: "short", ...options };
    } catch { /* a zone that this browser does not know: the time alone */ }
    const own = document.createElement("span");
    own.className = "own";
    own.textContent = ` ${new Intl.DateTimeFormat("en-GB", options).format(moment)} your time`;
    own.title = zone;
    told.append(own);
  }
}

// Empty fields stay out of the address.
function dropEmpty(data) {
  const kept = [...data].filter(([, value]) => value !== "");
  for (const name of new Set(data.keys())) data.delete(name);
  for (const [name, value] of kept) data.append(name, value);
}
document.addEventListener("formdata", (event) => dropEmpty(event.formData));
document.addEventListener("htmx:configRequest", (event) => {
  dropEmpty(event.detail.formData);
  event.detail.headers.Accept = "text/html"; // at `/` who takes anything is a program, and gets JSON
});

// A field that adds to a choice (`data-adds`): what is half typed is not chosen yet, and what was chosen is shown beside the field.
document.addEventListener("htmx:configRequest", (event) => {
  const field = document.activeElement, data = event.detail.formData, by = event.detail.triggeringEvent;
  if (!field?.matches("input[data-adds]") || by?.type === "submit" || by?.target === field) return;
  const others = data.getAll(field.name).filter((value) => value !== field.value);
  data.delete(field.name);
  for (const value of others) data.append(field.name, value);
});
document.addEventListener("htmx:afterRequest", (event) => {
  if (!event.detail.successful || !event.detail.elt.matches("form")) return;
  for (const field of event.detail.elt.querySelectorAll("input[data-adds]"))
    if (event.detail.requestConfig.formData.getAll(field.name).includes(field.value)) field.value = "";
});

// "Copy" buttons, which are shown where they can do something. Without a clipboard (pages over http) the text is selected.
document.documentElement.classList.add("scripted");
document.addEventListener("click", async (event) => {
  const button = event.target.closest?.("button[data-copies]");
  if (!button) return;
  const told = document.getElementById(button.dataset.copies);
  if (told.select) told.select();
  else getSelection().selectAllChildren(told);
  try {
    await navigator.clipboard.writeText(told.value ?? told.textContent);
    button.textContent = "Copied";
  } catch {
    button.textContent = "Marked: copy it now";
  }
});

// What is told and where it is told light up together; several numbers stand for several events.
function light(event) {
  const here = event.target.closest?.("[data-tells]");
  const told = here ? here.dataset.tells.split(" ") : [];
  for (const one of document.querySelectorAll("[data-tells]"))
    one.classList.toggle("lit", one.dataset.tells.split(" ").some((number) => told.includes(number)));
}
for (const happens of ["mouseover", "focusin", "mouseleave"]) document.addEventListener(happens, light);

// A form that could not be answered in its place is sent the plain way, and the answer is a page that says why.
document.addEventListener("htmx:responseError", (event) => { if (event.detail.elt.matches("form")) event.detail.elt.submit(); });

// What is put anew keeps the focus where it was, with what was being typed: on the same field or link, or else on one of its name.
// Boxes that were ticked meanwhile stay ticked, and what was unfolded stays so.
let kept = null;
const alike = (names) => (one, other) => one.localName === other.localName && names.every((name) => one.getAttribute(name) === other.getAttribute(name));
const same = alike(["id", "name", "type", "href"]), similar = alike(["name"]);
const ticked = (within) => [...within.querySelectorAll("input[type=checkbox]")].filter((box) => box.checked !== box.defaultChecked);
document.addEventListener("htmx:beforeSwap", ({ detail: { target } }) => {
  const at = document.activeElement;
  kept = { at: at === document.body ? null : at, ticked: ticked(target), open: [...target.querySelectorAll("details[id][open]")] };
});
document.addEventListener("htmx:afterSettle", () => {
  if (!kept) return;
  const { at, ticked: boxes, open } = kept;
  kept = null;
  for (const box of boxes.filter((box) => !box.isConnected))
    for (const fresh of document.getElementsByName(box.name)) if (fresh.value === box.value) fresh.checked = box.checked;
  for (const one of open) if (!one.isConnected) document.getElementById(one.id)?.setAttribute("open", "");
  if (!at || at.isConnected || document.activeElement !== document.body) return;
  const all = [...document.querySelectorAll(at.localName)], words = at.matches("input, select, textarea") ? at.value : at.textContent;
  const told = (one) => one.matches("input, select, textarea") ? one.type !== "checkbox" || one.value === words : one.textContent === words;
  const fresh = all.find((one) => same(one, at) && told(one)) ?? all.find((one) => at.name && similar(one, at));
  if (!fresh) return document.getElementById("content").focus({ preventScroll: true });
  if (at.matches("input:not([type=checkbox], [type=radio])") && at.value !== at.defaultValue) fresh.value = at.value;
  fresh.focus({ preventScroll: true });
  if (at.selectionStart != null) fresh.setSelectionRange(at.selectionStart, at.selectionEnd);
});

// And is told to screen readers: its part with `data-said`, or the words there.
function say(within) {
  const told = within.matches?.("[data-said]") ? within : within.querySelector("[data-said]"), said = document.getElementById("said");
  const words = told && (told.dataset.said || told.textContent.trim().replace(/\s+/g, " "));
  if (words && words !== said.textContent) said.textContent = words;
}

// A date is asked for when it is typed to its end: until then each of its digits makes another day.
let typing = null;
function typed() {
  const one = typing;
  typing = null;
  if (one?.changed) one.target.dispatchEvent(new Event("change", { bubbles: true }));
}
document.addEventListener("pointerdown", ({ target }) => { if (typing?.target === target) typed(); }); // of a day that is pointed at no more is to come
document.addEventListener("keydown", ({ target, key }) => {
  if (key === "Enter") typing = null;
  else if (target.matches?.("input[type=date]") && key !== "Tab") typing ??= { target, changed: false };
});
document.addEventListener("change", (event) => {
  if (typing?.target !== event.target) return;
  typing.changed = true;
  event.stopPropagation();
}, true);
document.addEventListener("focusout", typed);

document.addEventListener("htmx:afterSettle", (event) => {
  showOwnTimes(event.target);
  say(event.target);
});
showOwnTimes(document);
