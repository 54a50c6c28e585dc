/* Words while they are typed: kept on the server a second after the last key, and never lost from the page.
   All that it says stands in the page already or comes from the server. Every page works without this file. */
(function () {
  "use strict";

  var WAIT = 1000, PATIENCE = 5000;
  var FORMS = "form[data-unsent]";
  var timers = new WeakMap(), pending = new WeakMap();
  var changed = new Set();  // forms with words that the server has not got yet
  var typedAt = new WeakMap();

  function all(selector, within) { return Array.prototype.slice.call((within || document).querySelectorAll(selector)); }

  function say(form, selector, text) {
    var place = form.querySelector(selector);
    if (place && place.textContent !== text) { place.textContent = text; }
  }

  function adrift(form, isAdrift) {
    var note = form.querySelector("[data-adrift]");
    if (note) { note.hidden = !isAdrift; }
  }

  /* Keeping */

  function content(form) {
    var body = new URLSearchParams();
    new FormData(form).forEach(function (value, name) {
      if (typeof value === "string") { body.append(name, value); }
    });
    body.set("place", form.dataset.unsent);
    return body;
  }

  function later(form, wait) {
    clearTimeout(timers.get(form));
    timers.set(form, setTimeout(keep, wait, form));
  }

  /* *leaving*: the page may go before the answer comes; browsers then take 64 kB at most. */
  function keep(form, leaving) {
    if (!changed.has(form)) { return Promise.resolve(); }
    if (!form.isConnected) { changed.delete(form); return Promise.resolve(); }
    clearTimeout(timers.get(form));
    changed.delete(form);
    var asked = fetch(form.dataset.keep, {
      method: "POST", body: content(form), headers: { "HX-Request": "true" }, keepalive: leaving === true
    }).then(function (answer) { return answered(form, answer); }, function () { lost(form); });
    pending.set(form, asked);
    return asked;
  }

  function answered(form, answer) {
    pending.delete(form);
    if (answer.status === 401 || answer.status === 419) { changed.add(form); signIn(); return null; }
    if (answer.status >= 500) { lost(form); return null; }
    adrift(form, false);
    if (answer.status !== 200) { say(form, "[data-saved]", ""); return null; }
    return answer.text().then(function (text) { say(form, "[data-saved]", text); });
  }

  /* The server is away, restarting say: the page still has every word, and tries again by itself. */
  function lost(form) {
    pending.delete(form);
    if (!form.isConnected) { return; }
    changed.add(form);
    say(form, "[data-saved]", "");
    adrift(form, true);
    later(form, PATIENCE);
  }

  function leave() { Array.from(changed).forEach(function (form) { keep(form, true); }); }

  function typed(event) {
    var form = event.target.closest && event.target.closest(FORMS);
    if (!form || event.target.type === "file") { return; }
    changed.add(form);
    typedAt.set(form, Date.now());
    later(form, WAIT);
  }
  document.addEventListener("input", typed);
  document.addEventListener("change", typed);
  document.addEventListener("visibilitychange", function () {
    if (document.visibilityState === "hidden") { leave(); }
  });
  window.addEventListener("pagehide", leave);

  /* What is being sent need not be kept; and what is still on its way to be kept must not arrive after it. */
  function sending(form) {
    clearTimeout(timers.get(form));
    changed.delete(form);
  }
  document.addEventListener("submit", function (event) {
    if (event.target.matches(FORMS)) { sending(event.target); }
  });
  document.addEventListener("htmx:confirm", function (event) {
    var form = event.detail.elt, asked = form.matches(FORMS) && pending.get(form);
    if (!asked) { return; }
    event.preventDefault();
    asked.then(function () { event.detail.issueRequest(true); });
  });

  /* Sending that fails: the form stays, and says what the server says, or that nobody answers. */
  function unsent(form) {
    changed.add(form);
    later(form, WAIT);
  }
  document.addEventListener("htmx:sendError", function (event) {
    var form = event.detail.elt;
    if (!form.matches(FORMS)) { return; }
    adrift(form, true);
    unsent(form);
  });
  document.addEventListener("htmx:beforeSwap", function (event) {
    var detail = event.detail, form = detail.requestConfig.elt, status = detail.xhr.status;  // detail.elt is the target
    if (status < 400) { return; }
    if (detail.target.id === "again") { detail.shouldSwap = true; detail.isError = false; return; }
    if (!form.matches(FORMS) || detail.serverResponse.indexOf("<form") >= 0) { return; }
    detail.shouldSwap = true;
    detail.target = form.querySelector("[data-trouble]");
    detail.swapOverride = "innerHTML";
    unsent(form);
  });

  /* Signed out meanwhile: sign in on top of the page, and everything stands where it stood. */
  function hasWords() {
    return all(FORMS).some(function (form) {
      return changed.has(form) || all("textarea", form).some(function (field) { return field.value.trim() !== ""; });
    });
  }

  function signIn() {
    var dialog = document.getElementById("again");
    if (dialog && !dialog.open && !dialog.dataset.asked) {
      dialog.dataset.asked = "1";
      window.htmx.ajax("GET", dialog.dataset.door, { target: "#again", swap: "innerHTML" });
    }
  }

  document.addEventListener("htmx:beforeOnLoad", function (event) {
    var status = event.detail.xhr.status, isOurs = event.detail.elt.closest("#again");
    if ((status !== 401 && status !== 419) || isOurs || !hasWords()) { return; }
    event.preventDefault();
    if (event.detail.elt.matches(FORMS)) { unsent(event.detail.elt); }
    signIn();
  });

  document.addEventListener("htmx:afterSwap", function (event) {
    var dialog = event.detail.target;
    if (dialog.id !== "again") { return; }
    delete dialog.dataset.asked;
    var door = dialog.querySelector("[data-token]");
    if (door) { signedIn(dialog, door); } else if (!dialog.open) { dialog.showModal(); }
  });

  function signedIn(dialog, door) {
    all("input[name=csrf_token]").forEach(function (field) { field.value = door.dataset.token; });
    if (dialog.open) { dialog.close(); }
    var told = document.createElement("p");
    told.className = "toast";
    told.textContent = door.textContent;
    document.getElementById("toasts").replaceChildren(told);
    all(FORMS).forEach(function (form) { adrift(form, false); });
    Array.from(changed).forEach(function (form) { keep(form); });
  }

  /* Who writes is told to the others with the beat of the page, and who else does stands at the form too. */
  document.addEventListener("htmx:afterSwap", function (event) {
    var place = document.querySelector("[data-others]");
    if (event.detail.target.id !== "news" || !place) { return; }
    var writers = all(".presence.writing", event.detail.target);
    place.replaceChildren.apply(place, writers.map(function (line) { return line.cloneNode(true); }));
  });
  document.addEventListener("htmx:configRequest", function (event) {
    if (event.detail.elt.id !== "beat") { return; }
    var writing = all("form[data-writes]").filter(function (form) { return Date.now() - (typedAt.get(form) || 0) < 45000; });
    event.detail.parameters.writes = writing.length ? writing[0].dataset.writes : "";
  });
})();
