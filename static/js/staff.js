/* Keys for lists, dialogs, the poll's bad news. Every page works without this file. */
(function () {
  "use strict";

  var STORE = "shouwen-keys";

  function all(selector) { return Array.prototype.slice.call(document.querySelectorAll(selector)); }

  function keysAreOn() {
    try { return localStorage.getItem(STORE) !== "off"; } catch (_error) { return true; }
  }

  function remember(on) {
    try { localStorage.setItem(STORE, on ? "on" : "off"); } catch (_error) { /* a browser that keeps nothing */ }
  }

  /* The row that the keys speak of: the one with the focus in it, else the one marked last. */
  function current(rows) {
    var focused = document.activeElement && document.activeElement.closest("[data-row]");
    return rows.indexOf(focused || document.querySelector("[data-row].here"));
  }

  function stand(rows, place) {
    var row = rows[Math.max(0, Math.min(rows.length - 1, place))];
    if (!row) { return; }
    rows.forEach(function (other) { other.classList.toggle("here", other === row); });
    var link = row.querySelector("[data-open]");
    if (link) { link.focus({ preventScroll: true }); }
    row.scrollIntoView({ block: "nearest" });
  }

  function open(row) {
    var link = row && row.querySelector("[data-open]");
    if (link) { link.click(); }
  }

  function claim(row) {
    var form = row && row.querySelector("form[data-claim]");
    if (form && !form.dataset.sent) { form.requestSubmit(); }
  }

  /* Ticked rows: what is done is done on all of them. */
  function boxes() { return all("td.pick input[type=checkbox]"); }

  function picked() { return boxes().filter(function (box) { return box.checked; }); }

  function pick(row) {
    var box = row && row.querySelector("td.pick input[type=checkbox]");
    if (box) { box.checked = !box.checked; tell(); }
  }

  /* How many are ticked, and by the mark on each row which; the bar lies over the list only while there are some. */
  function tell() {
    var bar = document.getElementById("bulk"), count = picked().length;
    if (!bar) { return; }
    boxes().forEach(function (box) {
      var row = box.closest("[data-row]");
      if (box.checked) { row.setAttribute("aria-selected", "true"); } else { row.removeAttribute("aria-selected"); }
    });
    var said = bar.querySelector("[data-picked]");
    said.textContent = said.dataset.picked.replace("#", count);
    bar.classList.toggle("idle", !count);
    all("#bulk button").forEach(function (button) { button.disabled = !count; });
    var every = document.querySelector("[data-pick-all] input");
    if (every) { every.checked = count > 0 && count === boxes().length; }
  }

  /* The act of that key on all that are ticked; with *row* on that one where none is. */
  function together(key, row) {
    var button = document.querySelector('#bulk [data-bulk="' + key + '"]');
    if (!button) { return false; }
    if (!picked().length && row) { pick(row); }
    if (!picked().length) { return false; }
    if (!button.form.dataset.sent) { button.click(); }
    return true;
  }

  function wirePicks() {
    var every = document.querySelector("[data-pick-all]");
    if (!every) { return; }
    every.hidden = false;
    every.addEventListener("change", function (event) {
      boxes().forEach(function (box) { box.checked = event.target.checked; });
      tell();
    });
    document.addEventListener("change", function (event) {
      if (event.target.closest("td.pick")) { tell(); }
    });
    tell();
  }

  function showKeys() {
    var dialog = document.getElementById("keys");
    if (dialog && !dialog.open) { dialog.showModal(); }
  }

  /* On a page without a list the keys are those that its links and forms name. */
  function act(key) {
    var door = key.length === 1 && document.querySelector('[data-key="' + CSS.escape(key) + '"]');
    if (!door) { return false; }
    if (door.tagName === "FORM") { door.requestSubmit(); } else { door.click(); }
    return true;
  }

  function press(event) {
    var rows = all("[data-row]"), here = current(rows);
    if (!rows.length && event.key !== "/" && act(event.key)) { event.preventDefault(); return; }
    switch (event.key) {
      case "j": stand(rows, here + 1); break;
      case "k": stand(rows, here < 0 ? 0 : here - 1); break;
      case "o": open(rows[here]); break;
      case "c": if (!picked().length || !together("c")) { claim(rows[here]); } break;
      case "a": together("a", rows[here]); break;
      case "x": pick(rows[here]); break;
      case "/": var search = document.querySelector('[data-key="/"]'); if (search) { search.focus(); search.select(); } break;
      case "?": showKeys(); break;
      default: return;
    }
    event.preventDefault();
  }

  function isTyping(target) {
    if (target.closest("td.pick")) { return false; }  // a box is ticked, not typed into
    return target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) || target.closest("dialog");
  }

  document.addEventListener("keydown", function (event) {
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing || isTyping(event.target)) { return; }
    if (keysAreOn()) { press(event); }
  });

  document.addEventListener("click", function (event) {
    var opener = event.target.closest("[data-dialog]");
    var dialog = opener && document.getElementById(opener.dataset.dialog);
    if (dialog && dialog.showModal) { event.preventDefault(); dialog.showModal(); }
  });

  /* A second press of a button that is already at work changes nothing, but the person need not wonder. */
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (event.defaultPrevented || form.method !== "post" || "download" in form.dataset) { return; }
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "1";
  });
  window.addEventListener("pageshow", function () {
    all("form[data-sent]").forEach(function (form) { delete form.dataset.sent; });
    tell();
  });

  function wireKeys() {
    var box = document.getElementById("keys-on");
    if (!box) { return; }
    all("[data-keys-row]").forEach(function (row) { row.hidden = false; });
    box.checked = keysAreOn();
    box.addEventListener("change", function () { remember(box.checked); });
  }

  function wirePassword() {
    var row = document.querySelector("[data-show-password]"), field = document.getElementById("password");
    if (!row || !field) { return; }
    row.hidden = false;
    row.querySelector("input").addEventListener("change", function (event) {
      field.type = event.target.checked ? "text" : "password";
    });
  }

  /* htmx tells the page that asked; when the server is away, the list must not look fresh. */
  function away(isAway) {
    var note = document.querySelector("[data-away]");
    if (note) { note.hidden = !isAway; }
  }
  document.addEventListener("htmx:sendError", function () { away(true); });
  document.addEventListener("htmx:responseError", function () { away(true); });
  document.addEventListener("htmx:afterOnLoad", function () { away(false); });

  document.addEventListener("DOMContentLoaded", function () {
    wireKeys();
    wirePicks();
    wirePassword();
    var problem = document.querySelector("[data-focus]");
    if (problem) { problem.focus(); }
  });
})();
