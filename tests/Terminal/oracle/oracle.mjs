// Feeds cases to xterm.js and prints what its screen shows. One case a line on standard input:
// {"columns":80,"rows":24,"steps":[{"bytes":"<base64>"},{"columns":100,"rows":30}]}; one JSON answer a line.
import readline from 'node:readline';
import headless from '@xterm/headless';
import unicode from '@xterm/addon-unicode11';

const NAMES = ['isBold', 'isDim', 'isItalic', 'isUnderline', 'isBlink', 'isInverse', 'isInvisible', 'isStrikethrough', 'isOverline'];

function colour(cell, which) {
  const mode = cell[`get${which}ColorMode`]() >> 24;
  return mode === 0 ? '-' : `${mode}:${cell[`get${which}Color`]()}`;
}

// Cells as characters|width|colours|flags; a cell equal to the one before is only counted.
function describe(line, columns) {
  const cells = [];
  for (let x = 0; x < columns; x++) {
    const cell = line.getCell(x);
    const flags = NAMES.map(name => (cell[name]() ? 1 : 0)).join('');
    const text = `${cell.getChars()}|${cell.getWidth()}|${colour(cell, 'Fg')}|${colour(cell, 'Bg')}|${flags}`;
    const last = cells[cells.length - 1];
    if (last && last[0] === text) last[1]++;
    else cells.push([text, 1]);
  }
  return cells.map(([text, count]) => `${text}*${count}`).join(' ');
}

function answer(test) {
  const terminal = new headless.Terminal({
    cols: test.columns, rows: test.rows, scrollback: 0, allowProposedApi: true, logLevel: 'off',
    windowOptions: { pushTitle: true, popTitle: true },
    // Nothing is wrapped anew when the window changes, as in xterm and most terminals.
    windowsPty: test.steps.some(step => step.columns) ? { backend: 'conpty', buildNumber: 19000 } : undefined,
  });
  terminal.loadAddon(new unicode.Unicode11Addon());
  terminal.unicode.activeVersion = '11';
  let title = '';
  terminal.onTitleChange(changed => { title = changed; });
  return new Promise(done => {
    const step = i => {
      if (i < test.steps.length) {
        const { bytes, columns, rows } = test.steps[i];
        if (bytes !== undefined) return terminal.write(Buffer.from(bytes, 'base64'), () => step(i + 1));
        terminal.resize(columns, rows);
        return step(i + 1);
      }
      const screen = terminal.buffer.active;
      const lines = [];
      for (let y = 0; y < terminal.rows; y++) lines.push(describe(screen.getLine(screen.baseY + y), terminal.cols));
      // A mark that has no character before it moves the cursor of xterm.js beyond the screen.
      done({ x: Math.min(screen.cursorX, terminal.cols), y: screen.cursorY, alternate: screen.type === 'alternate', title, lines });
      terminal.dispose();
    };
    step(0);
  });
}

for await (const line of readline.createInterface({ input: process.stdin })) {
  console.log(JSON.stringify(await answer(JSON.parse(line))));
}
