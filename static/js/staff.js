/* Keys for lists, dialogs, where the focus goes, the poll's bad news. Every page works without this file. */
(function () {
  "use strict";

  var STORE = "shouwen-keys", LIST = "shouwen-list";
  var MOMENT = 1500;  // for the second of two keys

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
    if (link) { leave(row, here()); link.click(); }
  }

  function claim(row) {
    var form = row && row.querySelector("form[data-claim]");
    if (form && !form.dataset.sent) { leave(row, form.elements.next.value); form.requestSubmit(); }
  }

  /* The form of an act on that row; it leads back to this list. */
  function visit(row, act) {
    var link = row && row.querySelector("[data-open]");
    if (!link || !act) { return; }
    leave(row, here());
    location.assign(link.href + "/" + act + "?next=" + encodeURIComponent(here()));
  }

  function assign(row) {
    if (picked().length) { together("a"); return; }
    var link = row && row.querySelector("[data-assign]");
    if (link) { visit(row, link.dataset.assign); }
  }

  /* Which list one has come from by key, and which row of it one stood on: there the work goes on afterwards. */
  function here() { return location.pathname + location.search; }

  function leave(row, address) {
    var place = { address: address.replace(/\?$/, ""), id: row.id, at: all("[data-row]").indexOf(row) };
    try { sessionStorage.setItem(LIST, JSON.stringify(place)); } catch (_error) { /* a browser that keeps nothing */ }
  }

  function left() {
    try { return JSON.parse(sessionStorage.getItem(LIST)); } catch (_error) { return null; }
  }

  /* Whoever signs in next has come from no list, and reads nothing of what was searched for. */
  function forgetList() {
    try { sessionStorage.removeItem(LIST); } catch (_error) { /* a browser that keeps nothing */ }
  }

  /* On the same row again; where it has gone from the list, on the one that has moved up into its place. */
  function comeBack() {
    var place = left(), rows = all("[data-row]");
    if (!place || place.address !== here() || !rows.length) { return false; }
    forgetList();
    var same = rows.indexOf(document.getElementById(place.id));
    stand(rows, same < 0 ? place.at : same);
    return true;
  }

  function toTheList() {
    var place = left();
    if (place && place.address.indexOf("/staff/") === 0) { location.assign(place.address); }
  }

  /* `g` and a second key within the moment: to another page. */
  var going = 0;
  function go(key) {
    var link = key.length === 1 && document.querySelector('[data-go="' + CSS.escape(key) + '"]');
    if (link) { location.assign(link.href); }
    return !!link;
  }

  /* Ctrl+Enter sends the form one is in, from any of its fields; no single key, so no switch is asked. */
  function send(event) {
    var form = event.target.closest && event.target.closest("form");
    var button = form && form.method === "post" && form.querySelector(".acts button:not([type=button])");
    if (!button || button.disabled || form.dataset.sent) { return; }
    event.preventDefault();
    form.requestSubmit(button);
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

  /* The act of that key on all that are ticked. */
  function together(key) {
    var button = document.querySelector('#bulk [data-bulk="' + key + '"]');
    if (!button) { return false; }
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
    var rows = all("[data-row]"), now = current(rows), row = rows[now];
    if (Date.now() - going < MOMENT) {
      going = 0;
      if (go(event.key)) { event.preventDefault(); return; }
    }
    if (!rows.length && event.key !== "/" && act(event.key)) { event.preventDefault(); return; }
    switch (event.key) {
      case "j": stand(rows, now + 1); break;
      case "k": stand(rows, now < 0 ? 0 : now - 1); break;
      case "o": open(row); break;
      case "c": if (!picked().length || !together("c")) { claim(row); } break;
      case "a": assign(row); break;
      case "x": pick(row); break;
      case "u": toTheList(); break;
      case "g": going = Date.now(); break;
      case "/": var search = document.querySelector('[data-key="/"]'); if (search) { search.focus(); search.select(); } break;
      case "?": showKeys(); break;
      default:
        var named = document.querySelector('[data-row-key="' + CSS.escape(event.key) + '"]');
        if (!row || !named) { return; }
        visit(row, named.dataset.act);
    }
    event.preventDefault();
  }

  function isTyping(target) {
    if (target.closest("td.pick")) { return false; }  // a box is ticked, not typed into
    return target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) || target.closest("dialog");
  }

  document.addEventListener("keydown", function (event) {
    if ((event.ctrlKey || event.metaKey) && event.key === "Enter" && !event.isComposing) { send(event); return; }
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing || isTyping(event.target)) { return; }
    if (keysAreOn()) { press(event); }
  });

  document.addEventListener("click", function (event) {
    var opener = event.target.closest("[data-dialog]");
    var dialog = opener && document.getElementById(opener.dataset.dialog);
    if (dialog && dialog.showModal) { event.preventDefault(); dialog.showModal(); }
    var row = event.target.closest("[data-row]");
    if (row && event.detail === 0 && event.target.closest("[data-open]")) { leave(row, here()); }  // by Enter
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

  /* Views wider than a phone: the one shown is in sight, and new figures leave them where a finger pushed them. */
  function toShownView() {
    var shown = document.querySelector(".views [aria-current]"), strip = shown && shown.closest(".views");
    if (strip) { strip.scrollLeft = shown.offsetLeft - strip.offsetLeft - 16; }
  }
  var pushed = 0;
  function deskViews() { return document.querySelector("#desk-counts .views"); }
  document.addEventListener("htmx:beforeSwap", function () { if (deskViews()) { pushed = deskViews().scrollLeft; } });
  document.addEventListener("htmx:afterSwap", function () { if (deskViews()) { deskViews().scrollLeft = pushed; } });

  /* What is wrong is read first; else, where one does not stand on a row of a list again, what was done. */
  function standAtTheNews(isOnRow) {
    var said = document.querySelector(".page [data-focus]") || (!isOnRow && document.querySelector("[data-focus]"));
    if (said) { said.focus({ preventScroll: !!location.hash }); }
  }

  /* What comes into the page in the place of what was pressed has the focus, as a page of its own would. */
  document.addEventListener("htmx:afterSettle", function (event) {
    var said = event.target.querySelector("[data-focus]"), head = event.target.querySelector("[data-head]");
    if (said) { said.focus(); return; }
    if (head && !event.target.contains(document.activeElement)) { head.focus({ preventScroll: true }); }
  });

  document.addEventListener("DOMContentLoaded", function () {
    toShownView();
    wireKeys();
    wirePicks();
    wirePassword();
    if (document.querySelector("form.login")) { forgetList(); standAtTheNews(false); } else { standAtTheNews(comeBack()); }
  });
})();
