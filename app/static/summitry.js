// What pages do a little quicker or nearer to the reader; all of it works without.
"use strict";

// The reader's own time beside the source's.
function showOwnTimes(within) {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  for (const told of within.querySelectorAll("time.clock[data-zone]")) {
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
document.addEventListener("htmx:configRequest", (event) => dropEmpty(event.detail.formData));

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

document.addEventListener("htmx:afterSettle", (event) => showOwnTimes(event.target));
showOwnTimes(document);
