/* 存到手机: one page about a case is kept on this telephone when its owner asks for it, listed, and deleted again.
   Loaded on the owner's pages, the receipt and /offline only. Written for Chromium 87 and iOS 14. */
(function () {
  "use strict";
  var PAGES = "shouwen-pages", SHELL = "shouwen-shell";
  var box = document.querySelector("[data-offline]");
  if (!box || !("serviceWorker" in navigator) || !window.caches || !window.fetch || !window.DOMParser) { return; }
  var said = box.querySelector("[data-said]");

  function each(list, act) { Array.prototype.forEach.call(list, act); }
  function say(text) { if (said) { said.textContent = text || ""; } }
  function read(answer) {
    if (!answer.ok) { throw new Error(String(answer.status)); }
    return answer.text();
  }
  function ask(address) { return fetch(address, { credentials: "same-origin" }); }

  /* The copy's own addresses, so that the worker never has to look at what other faces load too. */
  function styleAddress(address) { return "/offline" + new URL(address, location.href).pathname; }
  function pictureAddress(address) {
    return "/offline/files" + new URL(address, location.href).pathname;
  }

  function answerOf(html) {
    return new Response(html, { headers: {
      "Content-Type": "text/html; charset=utf-8",
      "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'none'; base-uri 'none'"
    } });
  }

  /* Styles, scripts and marks of *page* go into the shell; its links then point at the copies. */
  function keepShell(page) {
    var wanted = [];
    each(page.querySelectorAll("link[rel=stylesheet], link[rel=icon], script[src]"), function (part) {
      var name = part.hasAttribute("src") ? "src" : "href", address = part.getAttribute(name);
      if (/^data:/.test(address)) { return; }
      part.setAttribute(name, styleAddress(address));
      wanted.push([address, styleAddress(address)]);
    });
    return caches.open(SHELL).then(function (shell) {
      return Promise.all(wanted.map(function (pair) {
        return fetch(pair[0]).then(function (answer) { if (answer.ok) { return shell.put(pair[1], answer); } });
      }));
    });
  }

  function keepPictures(page) {
    var pictures = page.querySelectorAll("main img");
    each(page.querySelectorAll(".thumbs a"), function (link) { link.removeAttribute("href"); });
    return caches.open(PAGES).then(function (pages) {
      return Promise.all(Array.prototype.map.call(pictures, function (picture) {
        var address = picture.getAttribute("src"), copy = pictureAddress(address);
        picture.setAttribute("src", copy);
        return ask(address).then(function (answer) { if (answer.ok) { return pages.put(copy, answer); } });
      }));
    });
  }

  function now() {
    var at = new Date(), two = function (n) { return (n < 10 ? "0" : "") + n; };
    return at.getFullYear() + "-" + two(at.getMonth() + 1) + "-" + two(at.getDate()) + " " + two(at.getHours()) + ":" + two(at.getMinutes());
  }

  /* The page as it is now, marked as a copy, without what needs the network. */
  function keep(path) {
    return ask(path).then(read).then(function (html) {
      var page = new DOMParser().parseFromString(html, "text/html"), stamp = page.querySelector("[data-saved-at]");
      if (!stamp) { throw new Error("not a page to keep"); }
      stamp.textContent = now();
      page.documentElement.classList.add("saved");
      each(page.querySelectorAll("script, form, link[rel=manifest]"), function (part) { part.parentNode.removeChild(part); });
      return keepShell(page).then(function () { return keepPictures(page); }).then(function () {
        return caches.open(PAGES);
      }).then(function (pages) { return pages.put(path, answerOf("<!doctype html>" + page.documentElement.outerHTML)); });
    });
  }

  function keepOffline() {
    return ask(box.dataset.shell).then(read).then(function (html) {
      var page = new DOMParser().parseFromString(html, "text/html");
      each(page.querySelectorAll("form, link[rel=manifest]"), function (part) { part.parentNode.removeChild(part); });
      return keepShell(page).then(function () { return caches.open(SHELL); }).then(function (shell) {
        return shell.put(box.dataset.shell, answerOf("<!doctype html>" + page.documentElement.outerHTML));
      });
    });
  }

  /* The page and the pictures it alone shows; with the last page everything goes, the worker too. */
  function forget(path) {
    return caches.open(PAGES).then(function (pages) {
      return pages.match(path, { ignoreVary: true }).then(function (copy) { return copy ? copy.text() : ""; }).then(function (html) {
        var page = new DOMParser().parseFromString(html, "text/html");
        return Promise.all(Array.prototype.map.call(page.querySelectorAll("main img"), function (picture) {
          return pages.delete(picture.getAttribute("src"), { ignoreVary: true });
        }));
      }).then(function () { return pages.delete(path, { ignoreVary: true }); }).then(pathsOf);
    }).then(function (paths) {
      if (paths.length) { return; }
      return Promise.all([caches.delete(PAGES), caches.delete(SHELL)]).then(function () {
        return navigator.serviceWorker.getRegistration("/");
      }).then(function (worker) { return worker && worker.unregister(); });
    });
  }

  function pathsOf() {
    return caches.has(PAGES).then(function (any) {
      return any ? caches.open(PAGES).then(function (pages) { return pages.keys(); }) : [];
    }).then(function (requests) {
      return requests.map(function (request) { return new URL(request.url).pathname; }).filter(function (path) {
        return path.indexOf("/offline/") !== 0;
      });
    });
  }

  /* On a page about a case: the two buttons. */
  function offer() {
    var save = box.querySelector("[data-save]"), remove = box.querySelector("[data-remove]"), path = box.dataset.path;
    function show(isKept) { save.hidden = isKept; remove.hidden = !isKept; }
    box.hidden = false;
    save.addEventListener("click", function () {
      save.setAttribute("aria-disabled", "true");
      navigator.serviceWorker.register(box.dataset.worker, { scope: "/" }).then(function () {
        return keepOffline();
      }).then(function () { return keep(path); }).then(function () {
        show(true);
        say(box.dataset.kept);
        remove.focus();
      }).catch(function () { say(box.dataset.failed); }).then(function () { save.removeAttribute("aria-disabled"); });
    });
    remove.addEventListener("click", function () {
      forget(path).then(function () { show(false); say(box.dataset.removed); save.focus(); });
    });
    pathsOf().then(function (paths) {
      var isKept = paths.indexOf(path) >= 0;
      show(isKept);
      // What was kept follows the case whenever it is read with a network.
      if (isKept) { keep(path).catch(function () { return null; }); }
    });
  }

  /* On /offline: what has been kept, newest first, each with its 删除. */
  function list() {
    var rows = box.querySelector("[data-list]"), none = box.querySelector("[data-none]");
    function row(path, title, stamp) {
      var item = document.createElement("li"), link = document.createElement("a"), button = document.createElement("button");
      link.href = path;
      link.textContent = title;
      button.type = "button";
      button.className = "button danger small";
      button.textContent = box.dataset.delete;
      button.setAttribute("aria-label", box.dataset.delete + " " + title);
      item.appendChild(link);
      item.appendChild(document.createTextNode(" " + stamp + " "));
      item.appendChild(button);
      button.addEventListener("click", function () {
        forget(path).then(function () {
          rows.removeChild(item);
          none.hidden = rows.children.length > 0;
          say(box.dataset.removed);
        });
      });
      rows.appendChild(item);
      none.hidden = true;
    }
    pathsOf().then(function (paths) {
      if (!paths.length) { return; }
      return caches.open(PAGES).then(function (pages) {
        return Promise.all(paths.reverse().map(function (path) {
          return pages.match(path, { ignoreVary: true }).then(function (copy) { return copy.text(); }).then(function (html) {
            var page = new DOMParser().parseFromString(html, "text/html"), stamp = page.querySelector("[data-saved-at]");
            return [path, page.title, stamp ? stamp.textContent : ""];
          });
        }));
      }).then(function (found) { found.forEach(function (one) { row(one[0], one[1], one[2]); }); });
    });
  }

  if (box.querySelector("[data-list]")) { list(); } else { offer(); }
})();
