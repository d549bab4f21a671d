/*
 * Shows the page that the extension describes, and changes only what differs, so that scrolling, selection and focus
 * stay. Text never becomes HTML; elements and attributes outside the lists below are left out.
 */
(() => {
  'use strict';

  const vscode = acquireVsCodeApi();
  const root = document.getElementById('page');
  const live = document.getElementById('live');
  const svgSpace = 'http://www.w3.org/2000/svg';
  const svgTags = new Set(['svg', 'rect', 'text', 'title']);
  const htmlTags = new Set(
    'article header section div h1 h2 p span code pre button dl dt dd ul ol li table caption thead tbody tr th td time'.split(
      ' ',
    ),
  );
  const attributeName =
    /^(class|id|type|role|scope|title|datetime|tabindex|x|y|width|height|aria-[a-z]+|data-(run|copy|open))$/;
  const keyNames = ['id', 'data-run', 'data-copy', 'data-open'];

  let state = vscode.getState() ?? { sandboxId: root.dataset.sandboxId };

  function remember(changes) {
    state = { ...state, ...changes };
    vscode.setState(state);
  }

  function keyOf(read) {
    for (const name of keyNames) {
      const value = read(name);
      if (value) return `${name} ${value}`;
    }
    return '';
  }

  function isLike(node, wanted) {
    if (typeof wanted === 'string') return node.nodeType === Node.TEXT_NODE;
    return (
      node.nodeType === Node.ELEMENT_NODE &&
      node.localName === wanted.tag &&
      keyOf(name => node.getAttribute(name)) === keyOf(name => wanted.attributes?.[name])
    );
  }

  function make(wanted) {
    if (typeof wanted === 'string') return document.createTextNode(wanted);
    return svgTags.has(wanted.tag)
      ? document.createElementNS(svgSpace, wanted.tag)
      : document.createElement(wanted.tag);
  }

  function isAllowed(wanted) {
    return typeof wanted === 'string' || svgTags.has(wanted.tag) || htmlTags.has(wanted.tag);
  }

  function patch(node, wanted) {
    if (typeof wanted === 'string') {
      if (node.data !== wanted) node.data = wanted;
      return;
    }
    const attributes = Object.entries(wanted.attributes ?? {}).filter(([name]) => attributeName.test(name));
    const names = new Set(attributes.map(([name]) => name));
    for (const { name } of [...node.attributes]) if (!names.has(name)) node.removeAttribute(name);
    for (const [name, value] of attributes)
      if (node.getAttribute(name) !== value) node.setAttribute(name, value);
    patchChildren(node, wanted.children ?? []);
  }

  function patchChildren(parent, wantedChildren) {
    let next = parent.firstChild;
    for (const wanted of wantedChildren.filter(isAllowed)) {
      let found = next;
      while (found && !isLike(found, wanted)) found = found.nextSibling;
      if (!found) {
        found = make(wanted);
        parent.insertBefore(found, next);
      } else {
        // The nodes before it are not on the page any more.
        while (next !== found) {
          const dropped = next;
          next = next.nextSibling;
          dropped.remove();
        }
        next = found.nextSibling;
      }
      patch(found, wanted);
    }
    while (next) {
      const dropped = next;
      next = next.nextSibling;
      dropped.remove();
    }
  }

  function draw(tree) {
    const hadFocus = root.contains(document.activeElement) && document.activeElement !== root;
    patchChildren(root, [tree]);
    if (hadFocus && !root.contains(document.activeElement)) root.focus({ preventScroll: true });
  }

  /** The extension knows nothing of the sandbox: what was shown last stays, with its buttons disabled. */
  function drawOrphan(notice) {
    const shown = document.getElementById('notice');
    if (shown) patch(shown, notice);
    else patchChildren(root, [notice]);
    for (const button of root.querySelectorAll('button')) button.disabled = true;
  }

  function say(text) {
    if (text && live.textContent !== text) live.textContent = text;
  }

  window.addEventListener('message', ({ data }) => {
    if (data?.type === 'draw') {
      draw(data.tree);
      say(data.spoken);
      remember({ tree: data.tree });
    } else if (data?.type === 'orphan') drawOrphan(data.notice);
  });

  root.addEventListener('click', ({ target }) => {
    const button = target instanceof Element ? target.closest('button') : null;
    if (!button || button.disabled) return;
    for (const type of ['run', 'copy', 'open']) {
      const what = button.dataset[type];
      if (what) vscode.postMessage({ type, what });
    }
  });

  let scrollTimer;
  window.addEventListener('scroll', () => {
    clearTimeout(scrollTimer);
    scrollTimer = setTimeout(() => remember({ scrollY: window.scrollY }), 200);
  });

  if (state.tree) {
    draw(state.tree);
    window.scrollTo(0, state.scrollY ?? 0);
  }
  remember({});
  vscode.postMessage({ type: 'ready' });
})();
