/* Signing with a finger: each stroke goes at once into a file of the form, so nothing but the form is sent.
   Without this file, or without a finger, the signed paper is photographed. */
(function () {
  "use strict";
  var box = document.querySelector("[data-signature]");
  var canvas = box && box.querySelector("canvas"), pen = canvas && canvas.getContext("2d");
  if (!pen || !canvas.toBlob || !window.DataTransfer || !window.PointerEvent) { return; }
  var field = box.querySelector("input[type=file]"), said = box.querySelector("[data-said]"), form = field.form;
  var TWICE = 2, wide = 0, high = 0; // as fine as print needs
  var drawing = false, signed = false, pending = 0, sendAfter = false;

  function blank() {
    canvas.width = wide;
    canvas.height = high;
    pen.fillStyle = "#fff";
    pen.fillRect(0, 0, wide, high);
    pen.strokeStyle = "#111";
    pen.lineWidth = 5;
    pen.lineCap = pen.lineJoin = "round";
  }

  function tell() { said.textContent = signed ? said.dataset.signed : said.dataset.empty; }

  function place(event) {
    var edge = canvas.getBoundingClientRect();
    return [(event.clientX - edge.left) * wide / edge.width, (event.clientY - edge.top) * high / edge.height];
  }

  function put(file) {
    var held = new DataTransfer();
    if (file) { held.items.add(file); }
    field.files = held.files;
  }

  function keep() {
    pending += 1;
    canvas.toBlob(function (blob) {
      pending -= 1;
      if (signed && blob) { put(new File([blob], "signature.png", { type: "image/png" })); }
      if (!pending && sendAfter) { sendAfter = false; form.requestSubmit(); }
    }, "image/png");
  }

  canvas.addEventListener("pointerdown", function (event) {
    drawing = true;
    canvas.setPointerCapture(event.pointerId);
    var at = place(event);
    pen.beginPath();
    pen.moveTo(at[0], at[1]);
    event.preventDefault();
  });
  canvas.addEventListener("pointermove", function (event) {
    if (!drawing) { return; }
    var at = place(event);
    pen.lineTo(at[0], at[1]);
    pen.stroke();
    signed = true;
  });
  function lift() {
    if (!drawing) { return; }
    drawing = false;
    if (signed) { keep(); tell(); }
  }
  canvas.addEventListener("pointerup", lift);
  canvas.addEventListener("pointercancel", lift);

  box.querySelector("[data-clear]").addEventListener("click", function () {
    signed = false;
    blank();
    put(null);
    tell();
  });

  /* The picture is made beside the page; a very quick thumb waits for it. */
  form.addEventListener("submit", function (event) {
    if (pending) { event.preventDefault(); sendAfter = true; }
  });

  box.hidden = false;
  wide = Math.round(canvas.clientWidth * TWICE);
  high = Math.round(canvas.clientHeight * TWICE);
  blank();
  put(null);
  tell();
})();
