/* Step two of filing: what is typed is kept, photos travel while the owner writes. The page works without it.
   Written for Chromium 87 and iOS 14: old WeChat webviews read this file. */
(function () {
  "use strict";
  var form = document.querySelector("form[data-draft]"), phone = window.shouwenDraft;
  if (!form || !phone) { return; }

  function each(list, act) { Array.prototype.forEach.call(list, act); }

  /* --- The words: on the telephone at once, on the server's draft when the writer pauses. */
  var CONTACT = ["phone", "name", "email", "unit"], PAUSE = 3000;
  var clock = form.elements.typed_at, saved = clock.value, keeping, saving;

  function isKept(field) {
    return field.name && (field.tagName === "TEXTAREA" || /^(text|tel|email|date|datetime-local)$/.test(field.type));
  }
  function typed() {
    var fields = {}, hidden = form.elements.anonymous.checked;
    each(form.elements, function (field) {
      if (isKept(field) && !(hidden && CONTACT.indexOf(field.name) >= 0)) { fields[field.name] = field.value; }
    });
    return fields;
  }
  function keep() {
    if (!clock.value) { return; }
    phone.keep({ at: Number(clock.value), estate: form.dataset.draft, fields: typed() });
  }
  function everythingButFiles() {
    var data = new FormData();
    each(form.elements, function (field) {
      var box = field.type === "checkbox" || field.type === "radio";
      if (field.name && field.type !== "file" && field.tagName !== "BUTTON" && (!box || field.checked)) {
        data.append(field.name, field.value);
      }
    });
    return data;
  }
  function save() {
    if (clock.value === saved || form.dataset.busy || navigator.onLine === false) { return; }
    saved = clock.value;
    // A beacon outlives the page; where there is none, or it is full, the telephone has kept the words.
    if (navigator.sendBeacon) { navigator.sendBeacon(form.dataset.autosave, everythingButFiles()); }
  }
  function note() {
    clock.value = String(Date.now());
    clearTimeout(keeping);
    clearTimeout(saving);
    keeping = setTimeout(keep, 300);
    saving = setTimeout(save, PAUSE);
  }
  function restore() {
    var kept = phone.read(form.dataset.draft), later, count = 0;
    if (!kept) { return; }
    // What was typed after the server last heard wins; else only what came back empty is filled.
    later = kept.at > Number(clock.value);
    each(form.elements, function (field) {
      var words = kept.fields[field.name];
      if (isKept(field) && words && field.value !== words && (later || !field.value)) { field.value = words; count += 1; }
    });
    if (!count) { return; }
    clock.value = String(kept.at);
    each(document.querySelectorAll("[data-draft-note]"), function (line) { line.textContent = line.dataset.draftNote; });
  }
  restore();
  form.addEventListener("input", note);
  form.addEventListener("change", note);
  // Old iOS leaves a page without a change of visibility; what was saved once is not sent again.
  document.addEventListener("visibilitychange", function () {
    if (document.visibilityState === "hidden") { keep(); save(); }
  });
  window.addEventListener("pagehide", function () { keep(); save(); });

  /* --- The photos: one after the other, each in its slot. */
  var box = document.querySelector("[data-photos]"), list = box.querySelector(".photos");
  var plain = box.querySelector("input[type=file]"), said = box.querySelector(".said");
  var queue = [], lost = [], adders = [], isWaiting = false;
  var SMALL = 7e5, SIDE = 2048, PATIENCE = 15000, STALL = 30000;

  function copy(id) {
    return document.importNode(document.getElementById(id).content, true).firstElementChild;
  }
  function room() { return Number(box.dataset.most) - list.querySelectorAll(".photo:not(.empty-slot)").length; }
  function arrange() { each(adders, function (slot) { slot.hidden = room() < 1; }); }
  function swap(job, slot) { list.replaceChild(slot, job.slot); job.slot = slot; }
  function fail(job, why, mayRetry, slot) {
    var again, away;
    slot = slot || copy("slot-failed");
    swap(job, slot);
    again = slot.querySelector("[name=retry_photo]");
    away = slot.querySelector("[name=remove_photo]");
    if (again && !mayRetry) { again.parentNode.removeChild(again); }
    if (mayRetry) { lost.push(job); }
    said.textContent = why;
    if (again && mayRetry) { again.addEventListener("click", function (e) { e.preventDefault(); retry(job); }); }
    away.addEventListener("click", function (e) {
      e.preventDefault();
      lost = lost.filter(function (other) { return other !== job; });
      list.removeChild(slot);
      said.textContent = "";
      arrange();
    });
  }
  function retry(job) {
    lost = lost.filter(function (other) { return other !== job; });
    swap(job, copy("slot-uploading"));
    said.textContent = "";
    job.again = true;
    add(job);
  }
  function finish() {
    queue.shift();
    if (queue.length) { start(); return; }
    if (!lost.length && !said.textContent) { said.textContent = box.dataset.done; }
    if (isWaiting) { leave(); }
  }
  /* At most 2048 px; the original whenever the smaller one cannot be made or read back (old WeChat), or takes too long. */
  function smaller(file, then) {
    var image = new Image(), canvas = document.createElement("canvas"), over = false, timer;
    function give(content) {
      if (over) { return; }
      over = true;
      clearTimeout(timer);
      URL.revokeObjectURL(image.src);
      canvas.width = canvas.height = 0;
      then(content);
    }
    function original() { give(file); }
    if (file.size < SMALL || /gif|svg/.test(file.type) || !canvas.toBlob) { then(file); return; }
    timer = setTimeout(original, PATIENCE);
    image.onerror = original;
    image.onload = function () {
      var scale = Math.min(1, SIDE / Math.max(image.naturalWidth, image.naturalHeight)), pen = canvas.getContext("2d");
      canvas.width = Math.round(image.naturalWidth * scale);
      canvas.height = Math.round(image.naturalHeight * scale);
      if (!pen || over) { original(); return; }
      try {
        pen.fillStyle = "#fff";
        pen.fillRect(0, 0, canvas.width, canvas.height);
        pen.drawImage(image, 0, 0, canvas.width, canvas.height);
        canvas.toBlob(function (blob) {
          var proof = new Image();
          if (!blob || blob.size >= file.size) { original(); return; }
          proof.onerror = function () { URL.revokeObjectURL(proof.src); original(); };
          proof.onload = function () {
            URL.revokeObjectURL(proof.src);
            give(proof.naturalWidth ? blob : file);
          };
          proof.src = URL.createObjectURL(blob);
        }, "image/jpeg", 0.7);
      } catch (refused) { original(); }
    };
    image.src = URL.createObjectURL(file);
  }
  function start() {
    var job = queue[0];
    smaller(job.file, function (content) {
      if (!content.size) { fail(job, box.dataset.empty); finish(); return; }
      if (content.size > Number(box.dataset.largest)) { fail(job, box.dataset.tooLarge); finish(); return; }
      post(job, content);
    });
  }
  function carried() {
    var data = new FormData();
    each(["csrf_token", "submission_key", "estate"], function (name) { data.append(name, form.elements[name].value); });
    return data;
  }
  function post(job, content) {
    var request = new XMLHttpRequest(), data = carried(), stall;
    function watch() {
      clearTimeout(stall);
      stall = setTimeout(function () { request.abort(); }, STALL);
    }
    function drop() { clearTimeout(stall); fail(job, box.dataset.lost, true); finish(); }
    data.append("photos", content, job.file.name || "photo.jpg");
    if (job.again) { data.append("again", "1"); }
    request.open("POST", box.dataset.photos);
    request.upload.onprogress = function (event) {
      var bar = job.slot.querySelector("progress");
      watch();
      if (bar && event.lengthComputable) { bar.value = 100 * event.loaded / event.total; }
    };
    request.onload = function () {
      var holder = document.createElement("template"), slot, why;
      clearTimeout(stall);
      holder.innerHTML = request.responseText;
      slot = holder.content.querySelector("li.photo");
      why = holder.content.querySelector("[data-why]");
      if (!slot) { drop(); return; }
      slot = document.importNode(slot, true);
      if (why) { fail(job, why.textContent, !!slot.querySelector("[name=retry_photo]"), slot); }
      else { swap(job, slot); }
      finish();
    };
    request.onerror = request.onabort = drop;
    watch();
    request.send(data);
  }
  function add(job) {
    queue.push(job);
    if (queue.length === 1) { start(); }
  }
  function choose(input) {
    var files = Array.prototype.slice.call(input.files), left = room();
    said.textContent = files.length > left ? box.dataset.tooMany : "";
    files.slice(0, left).forEach(function (file) {
      var job = { file: file, slot: copy("slot-uploading") };
      list.insertBefore(job.slot, adders[0]);
      add(job);
    });
    input.value = "";
    arrange();
  }
  function offer(id) {
    var slot = list.appendChild(copy(id)), input = slot.querySelector("input");
    if (input.name) { input.id = input.parentNode.htmlFor = input.name; }
    input.addEventListener("change", function () { choose(input); });
    adders.push(slot);
  }
  /* 删除 of a photo that has arrived: without leaving the page, since others may be on their way. */
  list.addEventListener("click", function (event) {
    var button = event.target.closest("[name=remove_photo]"), slot = event.target.closest("li.photo"), request, data;
    if (!button || slot.classList.contains("failed")) { return; }
    event.preventDefault();
    request = new XMLHttpRequest();
    data = carried();
    data.append("remove_photo", button.value);
    request.open("POST", box.dataset.remove);
    request.onload = function () {
      if (request.status !== 204) { said.textContent = box.dataset.lost; return; }
      list.removeChild(slot);
      said.textContent = "";
      arrange();
    };
    request.onerror = function () { said.textContent = box.dataset.lost; };
    request.send(data);
  });
  window.addEventListener("online", function () { lost.slice().forEach(retry); });

  /* --- On to the next step: photos on their way are waited for, those that were lost are told of there. */
  function carry(name, value) {
    var field = form.querySelector("input[type=hidden][name=" + name + "]") || form.appendChild(document.createElement("input"));
    field.type = "hidden";
    field.name = name;
    field.value = value;
  }
  function tellLost() { carry("photos_failed", lost.length ? String(lost.length) : ""); }
  function leave() { isWaiting = false; tellLost(); form.submit(); }
  form.addEventListener("submit", function (event) {
    keep();
    if (event.defaultPrevented) { return; }
    clearTimeout(saving);
    tellLost();
    if (!queue.length) { return; }
    event.preventDefault();
    isWaiting = true;
    said.textContent = box.dataset.waiting;
    // A form that sends itself later has forgotten which of its buttons was tapped.
    if (event.submitter && event.submitter.name) { carry(event.submitter.name, event.submitter.value); }
  });

  if (plain) { plain.parentNode.removeChild(plain); }
  if (window.matchMedia && window.matchMedia("(pointer: coarse)").matches) { offer("slot-camera"); }
  offer("slot-album");
  arrange();
})();
