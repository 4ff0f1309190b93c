// Folders dropped on the places of uploads: Gradio takes files only, so they are walked here.
(() => {
  const places = '#library-files, #library-folder';

  const inside = async (entry) => {
    if (entry.isFile) return [await new Promise((done, failed) => entry.file(done, failed))];
    const reader = entry.createReader();
    const found = [];
    for (;;) {
      const some = await new Promise((done, failed) => reader.readEntries(done, failed));
      if (!some.length) return found;
      for (const one of some) found.push(...(await inside(one)));
    }
  };

  document.addEventListener('drop', async (event) => {
    if (!event.target.closest?.(places)) return;
    const entries = [...event.dataTransfer.items].map((one) => one.webkitGetAsEntry?.()).filter(Boolean);
    if (!entries.some((one) => one.isDirectory)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    event.target.dispatchEvent(new DragEvent('dragleave', {bubbles: true}));
    const box = new DataTransfer();
    for (const entry of entries) (await inside(entry)).forEach((file) => box.items.add(file));
    const input = document.querySelector('#library-files input[type=file]');
    input.files = box.files;
    input.dispatchEvent(new Event('change', {bubbles: true}));
  }, true);
})();
