package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"
)

// completions are the scripts of the shells, but for fish, whose script the command line library
// writes. Each asks plansync itself, so that a script need not change with the commands.
var completions = map[string]string{
	"bash": `# plansync completion for bash: source <(plansync completion bash)
_plansync() {
  local current=${COMP_WORDS[COMP_CWORD]}
  local words=("${COMP_WORDS[@]:0:COMP_CWORD}")
  [[ $current == -* ]] && words+=("$current")
  mapfile -t COMPREPLY < <(compgen -W "$("${words[@]}" --generate-bash-completion 2>/dev/null)" -- "$current")
}
complete -o default -F _plansync plansync
`,
	"zsh": `#compdef plansync
# plansync completion for zsh: source <(plansync completion zsh)
_plansync() {
  local -a options
  local current=${words[CURRENT]}
  if [[ $current == -* ]]; then
    options=("${(@f)$(${words[1,CURRENT-1]} $current --generate-bash-completion 2>/dev/null)}")
  else
    options=("${(@f)$(_CLI_ZSH_AUTOCOMPLETE_HACK=1 ${words[1,CURRENT-1]} --generate-bash-completion 2>/dev/null)}")
  fi
  if [[ -n ${options[1]} ]]; then
    _describe 'plansync' options
  else
    _files
  fi
}
compdef _plansync plansync
`,
	"powershell": `# plansync completion for PowerShell: plansync completion powershell | Out-String | Invoke-Expression
Register-ArgumentCompleter -Native -CommandName plansync -ScriptBlock {
  param($word, $ast, $cursor)
  $words = @($ast.CommandElements | Select-Object -Skip 1 | ForEach-Object { $_.ToString() })
  if ($word -and -not $word.StartsWith('-')) { $words = @($words | Select-Object -SkipLast 1) }
  & plansync @words --generate-bash-completion 2>$null | Where-Object { $_ -like "$word*" } | ForEach-Object {
    [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)
  }
}
`,
}

// fishSlugs asks plansync for what that script leaves out.
const fishSlugs = `complete -c plansync -n '__fish_seen_subcommand_from brief' -f -a '(set -l words (commandline -opc); command $words --generate-bash-completion 2>/dev/null)'
`

func (c *commands) completion() *cli.Command {
	shells := append(slices.Sorted(maps.Keys(completions)), "fish")
	slices.Sort(shells)
	return &cli.Command{
		Name:      "completion",
		Usage:     "write the completion script of a shell",
		ArgsUsage: strings.Join(shells, "|"),
		Description: `   source <(plansync completion bash)
   plansync completion fish > ~/.config/fish/completions/plansync.fish`,
		BashComplete: func(*cli.Context) {
			for _, shell := range shells {
				fmt.Fprintln(c.stdout, shell)
			}
		},
		Action: func(ctx *cli.Context) error {
			shell := ctx.Args().First()
			script, ok := completions[shell]
			if shell == "fish" {
				var err error
				if script, err = ctx.App.ToFishCompletion(); err != nil {
					return err
				}
				script += fishSlugs
			} else if !ok || ctx.NArg() != 1 {
				return usageError(ctx, fmt.Errorf("no completion for %q: it is one of %s", strings.Join(ctx.Args().Slice(), " "), strings.Join(shells, ", ")))
			}
			_, err := fmt.Fprint(c.stdout, script)
			return err
		},
	}
}
