// Runs before the page's own scripts; tells how many events of Gradio have not ended yet.
(() => {
  const real = window.fetch;
  const sent = new Set(), open = new Set(), ended = new Set();
  const end = (id) => { open.delete(id); ended.add(id); };

  const join = async (given) => {
    const mark = {};
    sent.add(mark);
    try {
      const answer = await real(...given);
      const { event_id } = await answer.clone().json();
      if (event_id && !ended.has(event_id)) open.add(event_id);
      return answer;
    } finally {
      sent.delete(mark);
    }
  };
  const follow = async (stream) => {
    const reader = stream.pipeThrough(new TextDecoderStream()).getReader();
    let held = '', closed = false;
    const read = (line) => {
      if (!line.startsWith('data:')) return;
      const { msg, event_id } = JSON.parse(line.slice(5));
      if (msg === 'process_completed') end(event_id);
      closed ||= msg === 'close_stream';
    };
    try {
      for (let part = await reader.read(); !part.done; part = await reader.read()) {
        const lines = (held + part.value).split('\n');
        held = lines.pop();
        lines.forEach(read);
      }
    } catch (error) {
      console.debug(`the stream of events broke off: ${error}`);
    }
    if (!closed) [...open].forEach(end);
  };
  const listen = async (given) => {
    const answer = await real(...given);
    if (!answer.body) return answer;
    const [mine, theirs] = answer.body.tee();
    follow(mine);
    return new Response(theirs, answer);
  };

  window.fetch = (...given) => {
    const path = new URL(given[0].url ?? given[0], location.href).pathname;
    if (path.endsWith('/queue/join')) return join(given);
    if (path.endsWith('/queue/data')) return listen(given);
    if (path.endsWith('/cancel')) end(JSON.parse(given[1].body).event_id);
    return real(...given);
  };
  window.underway = () => sent.size + open.size;
})();
