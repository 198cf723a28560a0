import type { Command, Option } from 'commander'
import type { Shell } from './shells'

/** A command as a shell completes it. */
interface CompletedCommand {
  readonly name: string
  readonly summary: string
  readonly options: readonly CompletedOption[]
  /** Values of its first argument, where they are words and no files. */
  readonly choices: readonly string[]
}

interface CompletedOption {
  readonly flag: string
  readonly help: string
  readonly takesValue: boolean
  readonly choices: readonly string[]
}

/** `vgg-lab completion <shell>`: the script, made from the table of commands itself. */
export function writeCompletion(program: Command, shell: Shell): string {
  const commands = listCommands(program)
  switch (shell) {
    case 'bash':
      return writeBash(commands)
    case 'zsh':
      return `autoload -U +X compinit && compinit\nautoload -U +X bashcompinit && bashcompinit\n${writeBash(commands)}`
    case 'fish':
      return writeFish(commands)
  }
}

function listCommands(program: Command): CompletedCommand[] {
  const shown = program.createHelp().visibleCommands(program)
  return shown.map((command) => ({
    name: command.name(),
    summary: command.summary() || command.description(),
    options: [
      ...command.options.filter(({ hidden }) => !hidden).map(describeOption),
      { flag: '--help', help: 'Show the options.', takesValue: false, choices: [] },
    ],
    choices:
      command.name() === 'help'
        ? shown.map((other) => other.name())
        : (command.registeredArguments[0]?.argChoices ?? []),
  }))
}

function describeOption({ long, description, required, argChoices }: Option): CompletedOption {
  return {
    flag: long ?? '',
    help: description,
    takesValue: required,
    choices: argChoices ?? [],
  }
}

/** Files are completed by the shell's own way wherever the script has no words. */
function writeBash(commands: readonly CompletedCommand[]): string {
  const names = commands.map(({ name }) => name)
  const cases = commands.map(({ name, options, choices }) => {
    const values = options.flatMap((option) => {
      if (!option.takesValue) return []
      const words = option.choices.length === 0 ? 'return' : `${reply(option.choices)}; return`
      return [`        ${option.flag}) ${words} ;;`]
    })
    return [
      `    ${name})`,
      ...(values.length === 0 ? [] : [`      case "$previous" in`, ...values, '      esac']),
      `      if [[ $word == -* ]]; then ${reply(options.map(({ flag }) => flag))}`,
      ...(choices.length === 0 ? [] : [`      else ${reply(choices)}`]),
      '      fi ;;',
    ].join('\n')
  })
  return `_vgg_lab() {
  local word="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}" command="" at
  for ((at = 1; at < COMP_CWORD; at++)); do
    if [[ \${COMP_WORDS[at]} != -* ]]; then command="\${COMP_WORDS[at]}"; break; fi
  done
  COMPREPLY=()
  case "$command" in
    "") ${reply([...names, '--help', '--version'])} ;;
${cases.join('\n')}
  esac
}
complete -o default -F _vgg_lab vgg-lab
`
}

function reply(words: readonly string[]): string {
  return `COMPREPLY=($(compgen -W "${words.join(' ')}" -- "$word"))`
}

function writeFish(commands: readonly CompletedCommand[]): string {
  const lines = commands.flatMap(({ name, summary, options, choices }) => {
    const within = `complete -c vgg-lab -n '__fish_seen_subcommand_from ${name}'`
    return [
      `complete -c vgg-lab -f -n __fish_use_subcommand -a ${name} -d ${quote(summary)}`,
      ...(choices.length === 0 ? [] : [`${within} -a ${quote(choices.join(' '))}`]),
      ...options.map(({ flag, help, takesValue, choices: values }) => {
        const value =
          values.length > 0 ? ` -x -a ${quote(values.join(' '))}` : takesValue ? ' -r' : ''
        return `${within} -l ${flag.slice(2)}${value} -d ${quote(help)}`
      }),
    ]
  })
  return `${lines.join('\n')}\n`
}

/** As a word of fish: only these two characters mean anything in single quotes. */
function quote(text: string): string {
  return `'${text.replace(/['\\]/g, '\\$&')}'`
}
