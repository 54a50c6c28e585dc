/* The owner's few conveniences. Every page works without them.
   Written for Chromium 87 and iOS 14: old WeChat webviews read this file. */
(function () {
  "use strict";
  var DRAFT = "shouwen-description";
  var ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

  function all(selector, act) {
    Array.prototype.forEach.call(document.querySelectorAll(selector), act);
  }

  function store(act) {
    // Private windows refuse storage; the server keeps the draft anyway.
    try { return act(window.localStorage); } catch (refused) { return null; }
  }

  /* What was wrong is read first. */
  all("[data-focus]", function (box) { box.focus(); });

  /* One tap sends once; Back brings the button to life again. */
  var pending = 0;
  function settle(form, busy) {
    Array.prototype.forEach.call(form.querySelectorAll("button.primary, button.danger"), function (button) {
      if (busy) { button.dataset.label = button.textContent; button.textContent = form.dataset.once; }
      else if (button.dataset.label) { button.textContent = button.dataset.label; }
      if (busy) { button.setAttribute("aria-disabled", "true"); } else { button.removeAttribute("aria-disabled"); }
    });
    form.dataset.busy = busy ? "1" : "";
  }
  all("form[data-once]", function (form) {
    form.addEventListener("submit", function (event) {
      if (form.dataset.busy) { event.preventDefault(); return; }
      if (event.submitter && event.submitter.name) { return; }
      settle(form, true);
      if (pending) { event.preventDefault(); form.dataset.waiting = "1"; }
    });
  });
  window.addEventListener("pageshow", function (event) {
    if (event.persisted) { all("form[data-once]", function (form) { settle(form, false); }); }
  });

  /* The reference, copied or printed. */
  all("[data-copy-from]", function (button) {
    if (!navigator.clipboard) { return; }
    button.hidden = false;
    button.addEventListener("click", function () {
      navigator.clipboard.writeText(document.querySelector(button.dataset.copyFrom).textContent.trim()).then(function () {
        button.textContent = button.dataset.done;
      });
    });
  });
  all("[data-print]", function (button) {
    button.hidden = false;
    button.addEventListener("click", function () { window.print(); });
  });

  /* The description survives a dead telephone; the receipt clears it. */
  if (document.querySelector("[data-reference]")) { store(function (s) { s.removeItem(DRAFT); }); }
  all("[data-keep]", function (area) {
    var timer;
    if (!area.value) { area.value = store(function (s) { return s.getItem(DRAFT); }) || ""; }
    area.addEventListener("input", function () {
      clearTimeout(timer);
      timer = setTimeout(function () { store(function (s) { s.setItem(DRAFT, area.value); }); }, 300);
    });
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
    var field = form.querySelector("input[name=reference]"), note = document.createElement("p"), timer;
    note.className = "error";
    note.setAttribute("role", "status");
    field.parentNode.insertBefore(note, field.nextSibling);
    // While typing, never on leaving the field: a line that appears under the finger moves the button away.
    field.addEventListener("input", function () {
      clearTimeout(timer);
      timer = setTimeout(function () { note.textContent = problem(form, field.value); }, 600);
    });
  });

  /* Photos travel while the owner writes: one after the other, each in its slot. */
  all("[data-photos]", function (box) {
    var list = box.querySelector(".photos"), plain = box.querySelector("input[type=file]"), said = box.querySelector("[role=status]");
    var form = plain && plain.form, queue = [], empty, input;
    if (!plain || !window.FormData || !document.createElement("template").content) { return; }
    function copy(id) {
      return document.importNode(document.getElementById(id).content, true).firstElementChild;
    }
    plain.parentNode.removeChild(plain);
    empty = list.appendChild(copy("slot-empty"));
    input = empty.querySelector("input");
    input.id = input.parentNode.htmlFor = "photos";
    function swap(job, slot) { list.replaceChild(slot, job.slot); job.slot = slot; }
    function failed(job, retry) {
      var slot = copy("slot-failed"), buttons = slot.querySelectorAll("button");
      buttons[0].addEventListener("click", function (e) { e.preventDefault(); swap(job, copy("slot-uploading")); add(job); });
      buttons[1].addEventListener("click", function (e) { e.preventDefault(); list.removeChild(slot); });
      if (!retry) { buttons[0].parentNode.removeChild(buttons[0]); }
      return slot;
    }
    function done() {
      pending -= 1;
      queue.shift();
      if (queue.length) { send(); }
      if (!pending && form.dataset.waiting) { form.dataset.waiting = ""; form.submit(); }
    }
    /* At most 2048 px; the original whenever the smaller one cannot be read back (old WeChat). */
    function smaller(file, then) {
      var image = new Image(), canvas = document.createElement("canvas");
      if (file.size < 7e5 || !/^image\/(jpeg|png|webp)$/.test(file.type) || !canvas.toBlob) { then(file); return; }
      image.onerror = function () { then(file); };
      image.onload = function () {
        var scale = Math.min(1, 2048 / Math.max(image.naturalWidth, image.naturalHeight)), pen = canvas.getContext("2d");
        canvas.width = Math.round(image.naturalWidth * scale);
        canvas.height = Math.round(image.naturalHeight * scale);
        if (!pen) { then(file); return; }
        pen.fillStyle = "#fff";
        pen.fillRect(0, 0, canvas.width, canvas.height);
        pen.drawImage(image, 0, 0, canvas.width, canvas.height);
        URL.revokeObjectURL(image.src);
        canvas.toBlob(function (blob) {
          var proof = new Image();
          if (!blob || blob.size >= file.size) { then(file); return; }
          proof.onerror = function () { then(file); };
          proof.onload = function () { URL.revokeObjectURL(proof.src); then(blob); };
          proof.src = URL.createObjectURL(blob);
        }, "image/jpeg", 0.7);
      };
      image.src = URL.createObjectURL(file);
    }
    function send() { smaller(queue[0].file, post); }
    function post(content) {
      var job = queue[0], request = new XMLHttpRequest(), data = new FormData();
      ["csrf_token", "submission_key", "estate"].forEach(function (name) { data.append(name, form.elements[name].value); });
      data.append("photos", content, job.file.name);
      request.open("POST", box.dataset.photos);
      request.upload.onprogress = function (event) {
        var bar = job.slot.querySelector("progress");
        if (bar && event.lengthComputable) { bar.value = 100 * event.loaded / event.total; }
      };
      request.onload = function () {
        var holder = document.createElement("template"), slot;
        holder.innerHTML = request.responseText;
        slot = holder.content.querySelector("li.photo");
        if (slot && request.status === 200) { swap(job, document.importNode(slot, true)); }
        else {
          var why = holder.content.querySelector("[data-why]"), fresh = failed(job, !why);
          if (why) {
            fresh.querySelector(".photo-box span").textContent = slot.querySelector(".photo-box span").textContent;
            said.textContent = why.textContent;
          }
          swap(job, fresh);
        }
        done();
      };
      request.onerror = function () { swap(job, failed(job, true)); done(); };
      request.send(data);
    }
    function add(job) {
      pending += 1;
      queue.push(job);
      if (queue.length === 1) { send(); }
    }
    input.addEventListener("change", function () {
      Array.prototype.slice.call(input.files).forEach(function (file) {
        var job = { file: file, slot: copy("slot-uploading") };
        list.insertBefore(job.slot, empty);
        add(job);
      });
      input.value = "";
      said.textContent = "";
    });
  });
})();
