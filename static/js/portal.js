/* The owner's few conveniences. Every page works without them.
   Written for Chromium 87 and iOS 14: old WeChat webviews read this file. */
(function () {
  "use strict";
  var ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

  function all(selector, act) {
    Array.prototype.forEach.call(document.querySelectorAll(selector), act);
  }

  /* What was typed of a filing, kept on the telephone for a week: a battery may die, a signal may drop. */
  var phone = window.shouwenDraft = {
    KEY: "shouwen-draft",
    LASTS: 7 * 24 * 3600 * 1000,
    read: function (estate) {
      // Private windows refuse storage; the server keeps the draft anyway.
      try {
        var kept = JSON.parse(window.localStorage.getItem(phone.KEY) || "null");
        if (kept && kept.at < Date.now() - phone.LASTS) { phone.forget(); return null; }
        return kept && (!estate || kept.estate === estate) ? kept : null;
      } catch (refused) { return null; }
    },
    keep: function (draft) {
      try { window.localStorage.setItem(phone.KEY, JSON.stringify(draft)); } catch (refused) { return; }
    },
    forget: function () {
      try { window.localStorage.removeItem(phone.KEY); } catch (refused) { return; }
    }
  };
  // Filed, or not wanted: nothing of it stays on the telephone.
  if (document.querySelector("[data-reference]")) { phone.forget(); }
  all("[data-forget]", function (form) { form.addEventListener("submit", phone.forget); });
  // Where the server has nothing to offer, the telephone may have.
  all("[data-kept-here]", function (box) {
    var kept = phone.read(box.dataset.keptHere);
    if (kept && kept.fields.description) { box.hidden = false; }
  });

  /* What was wrong is read first. */
  all("[data-focus]", function (box) { box.focus({ preventScroll: !!location.hash }); });

  /* One tap sends once; Back brings the button to life again. Without a network nothing is sent, and that is said. */
  function settle(form, busy) {
    Array.prototype.forEach.call(form.querySelectorAll("button.primary, button.danger"), function (button) {
      if (busy) { button.dataset.label = button.textContent; button.textContent = form.dataset.once; }
      else if (button.dataset.label) { button.textContent = button.dataset.label; }
      if (busy) { button.setAttribute("aria-disabled", "true"); } else { button.removeAttribute("aria-disabled"); }
    });
    form.dataset.busy = busy ? "1" : "";
  }
  // A region that is made together with its words is not read aloud: it stands there empty from the start.
  function region(name) {
    var note = document.createElement("p");
    note.className = name;
    note.setAttribute("role", "status");
    return note;
  }
  all("form[data-once]", function (form) {
    var note = form.dataset.offline && form.appendChild(region("offline error"));
    form.addEventListener("submit", function (event) {
      if (form.dataset.busy) { event.preventDefault(); return; }
      if (form.dataset.offline && navigator.onLine === false) {
        event.preventDefault();
        note.textContent = form.dataset.offline;
        return;
      }
      if (event.submitter && event.submitter.name) { return; }
      settle(form, true);
    });
  });
  window.addEventListener("online", function () {
    all(".offline", function (note) { note.textContent = ""; });
  });
  window.addEventListener("pageshow", function (event) {
    if (event.persisted) { all("form[data-once]", function (form) { settle(form, false); }); }
  });

  /* The reference, copied or printed. */
  all("[data-copy-from]", function (button) {
    if (!navigator.clipboard) { return; }
    var note = document.getElementById("main").appendChild(region("vh"));
    button.hidden = false;
    button.addEventListener("click", function () {
      navigator.clipboard.writeText(document.querySelector(button.dataset.copyFrom).textContent.trim()).then(function () {
        button.textContent = note.textContent = button.dataset.done;
      });
    });
  });
  all("[data-print]", function (button) {
    button.hidden = false;
    button.addEventListener("click", function () { window.print(); });
  });

  /* A mistyped reference is told before it is sent: the same check over GF(32) as on the server. */
  function problem(form, typed) {
    var place = 0, check = 0, last = 0, strange = "";
    typed.replace(/[！-～]/g, function (c) { return String.fromCharCode(c.charCodeAt(0) - 0xFEE0); })
      .toUpperCase().split("").forEach(function (c) {
        if (/[\s\-‐‑‒–—_·.　]/.test(c)) { return; }
        place += 1;
        var value = ALPHABET.indexOf(c === "O" ? "0" : c === "I" || c === "L" ? "1" : c);
        if (value < 0) { strange = strange || form.dataset.strange.replace("#", place).replace("@", c); return; }
        if (place < 10) { check ^= value; check <<= 1; if (check & 32) { check ^= 37; } }
        last = value;
      });
    if (!place) { return ""; }
    if (strange) { return strange; }
    if (place < 10) { return ""; }
    if (place > 10) { return form.dataset.length.replace("#", place); }
    return check === last ? "" : form.dataset.mistyped;
  }
  all("form[data-check]", function (form) {
    var field = form.querySelector("input[name=reference]"), note = region("error"), timer;
    field.parentNode.insertBefore(note, field.nextSibling);
    // While typing, never on leaving the field: a line that appears under the finger moves the button away.
    field.addEventListener("input", function () {
      clearTimeout(timer);
      timer = setTimeout(function () { note.textContent = problem(form, field.value); }, 600);
    });
  });
})();
