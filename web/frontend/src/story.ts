import { allCommands, Command, Fact, objects, sessionPath, stream } from "./api";
import { Channel } from "./channels";

const MostFacts = 200;
const Often = 500;

/** What a page knows of a session's events: it asks for each of them once. */
export class Story {
  /** By their places in the recording. */
  readonly commands = new Map<number, Command>();
  readonly channels = new Map<number, Channel>();
  /** The newest of what is neither output nor command: sign-in, transfers, losses, viewers. */
  facts: Fact[] = [];
  private readonly running = new Map<string, Command>();
  private after = 0;

  constructor(private readonly id: string) { }

  /** The commands alone, which a list of its own has at once, however much was printed between them. */
  async readCommands(signal: AbortSignal): Promise<void> {
    for (const command of await allCommands(this.id, signal)) this.start(command);
  }

  /** What is new; a long story says now and then that it has grown. */
  async read(signal: AbortSignal, grown: () => void): Promise<void> {
    let told = performance.now();
    for await (const fact of objects<Fact | End>(await stream(`${sessionPath(this.id)}/events?after=${this.after}`, signal))) {
      this.after = fact.event_type === undefined ? fact.read_through : fact.sequence;
      if (fact.event_type !== undefined) this.take(fact);
      if (performance.now() - told < Often) continue;
      grown();
      told = performance.now();
    }
    grown();
  }

  private take(fact: Fact): void {
    switch (fact.event_type) {
      case "command_start": this.start(fact as unknown as Command); break;
      case "command_finish": this.finish(fact as unknown as Command); break;
      case "channel_opened": {
        const number = fact.channel as number;
        this.channels.set(number, { number, tty: fact.tty_id as number, isOpen: true });
        break;
      }
      case "channel_closed": {
        const channel = this.channels.get(fact.channel as number);
        if (channel) channel.isOpen = false;
        break;
      }
      default:
        if (/^(session_opened|channel_|terminal_)/.test(fact.event_type)) break;
        this.facts.push(fact);
        if (this.facts.length > MostFacts) this.facts = this.facts.slice(-MostFacts);
    }
  }

  private start(command: Command): void {
    if (this.commands.has(command.sequence)) return;
    const { sequence, pid, tty_id, args, cwd, uid, euid, start_time, end_time, exit_code, signal } = command;
    // In an event there is a number where nothing is known.
    const kept: Command = { sequence, pid, tty_id, args, cwd, uid, euid, start_time, end_time, exit_code: known(exit_code), signal: signal ?? null };
    this.commands.set(sequence, kept);
    if (end_time === 0) this.running.set(keyOf(kept), kept);
  }

  private finish(end: Command): void {
    const command = this.running.get(keyOf(end));
    if (!command) return;
    this.running.delete(keyOf(end));
    Object.assign(command, { end_time: end.end_time, exit_code: known(end.exit_code), signal: end.signal });
  }
}

interface End { event_type?: undefined; read_through: number }

const known = (code: number | null): number | null => code === -1 ? null : code;
const keyOf = (command: Command): string => `${command.pid} ${command.start_time}`;
