(() => {
  'use strict';
  const root = document.documentElement;
  const all = (selector, from = document) => [...from.querySelectorAll(selector)];
  const byId = (id) => document.getElementById(id);

  // ---- light and dark: as the system has it, until the button says otherwise
  const kept = {
    read() { try { return localStorage.getItem('gen-cse-theme'); } catch { return null; } },
    write(theme) { try { localStorage.setItem('gen-cse-theme', theme); } catch { /* a page from a file may have no storage */ } },
  };
  const system = matchMedia('(prefers-color-scheme: dark)');
  const isDark = () => (root.dataset.theme ? root.dataset.theme === 'dark' : system.matches);
  const label = () => { byId('theme').textContent = isDark() ? 'Light' : 'Dark'; };
  const theme = kept.read();
  if (theme === 'dark' || theme === 'light') { root.dataset.theme = theme; }
  byId('theme').addEventListener('click', () => {
    root.dataset.theme = isDark() ? 'light' : 'dark';
    kept.write(root.dataset.theme);
    label();
  });
  system.addEventListener('change', label);
  label();

  // ---- only the steps that images differ in
  for (const button of all('.differences')) {
    button.addEventListener('click', () => {
      const only = button.closest('section').classList.toggle('only-differences');
      button.setAttribute('aria-pressed', String(only));
    });
  }

  // ---- scripts
  byId('values').addEventListener('click', (event) => {
    const hidden = byId('scripts').classList.toggle('no-values');
    event.currentTarget.setAttribute('aria-pressed', String(!hidden));
  });
  byId('open-all').addEventListener('click', (event) => {
    const scripts = all('.script');
    const open = scripts.some((script) => !script.open);
    for (const script of scripts) { script.open = open; }
    event.currentTarget.textContent = open ? 'Close all' : 'Open all';
  });

  // ---- what a link leads to is open
  const reveal = () => {
    const target = location.hash ? byId(decodeURIComponent(location.hash.slice(1))) : null;
    if (!target) { return; }
    if (target.matches('[data-same]')) {
      const section = target.closest('section');
      section.classList.remove('only-differences');
      all('.differences', section).forEach((button) => button.setAttribute('aria-pressed', 'false'));
    }
    const details = target.matches('details') ? target : target.querySelector('details');
    if (details) { details.open = true; }
    target.scrollIntoView();
  };
  addEventListener('hashchange', reveal);
  reveal();
})();
