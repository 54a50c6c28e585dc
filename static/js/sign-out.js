/* Signing out takes along the photos of a round that wait in this browser (T40), and asks before.
   The page works without this file. */
(function () {
  "use strict";

  var BASE = "shouwen-round", STORE = "photos", PATIENCE = 3000;
  var form = document.querySelector("form[data-sign-out]");
  if (!form || !window.indexedDB) { return; }

  /* What today.js keeps them in; nothing in a browser that never kept any. */
  function open() {
    return new Promise(function (done) {
      var asked = indexedDB.open(BASE);
      asked.onupgradeneeded = function () { asked.transaction.abort(); };  // none is made by looking for it
      asked.onsuccess = function () { done(asked.result); };
      asked.onerror = function (event) { event.preventDefault(); done(null); };
      setTimeout(done, PATIENCE, null);
    });
  }

  function within(base, mode, act) {
    return new Promise(function (done, fail) {
      var change = base.transaction(STORE, mode), asked = act(change.objectStore(STORE));
      change.oncomplete = function () { done(asked && asked.result); };
      change.onerror = change.onabort = function () { fail(change.error); };
    });
  }

  function mine(base) {
    return within(base, "readonly", function (store) { return store.getAll(); }).then(function (photos) {
      return photos.filter(function (photo) { return photo.who === form.dataset.signOut; });
    });
  }

  function forget(base, photos) {
    return within(base, "readwrite", function (store) {
      photos.forEach(function (photo) { store.delete(photo.key); });
    });
  }

  /* Gives whether to go: with photos waiting, only who says so. */
  function cleared(base) {
    if (!base) { return true; }
    return mine(base).then(function (photos) {
      if (!photos.length) { return true; }
      return window.confirm(form.dataset.photos.replace("#", photos.length))
        && forget(base, photos).then(function () { return true; });
    });
  }

  function go() { form.submit(); }

  form.addEventListener("submit", function (event) {
    event.preventDefault();
    open().then(cleared).then(function (isCleared) { if (isCleared) { go(); } }, go);
  });
})();
