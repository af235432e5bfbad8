package main

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"talentcast/analytics/fault"
	"talentcast/cmd/talentcast/internal/settings"
)

// strict makes every command say in both languages what of a command line it can't
// use. cobra's own errors are in English only, have no types, and let a mistyped
// subcommand pass.
func strict(root *cobra.Command) {
	root.SetFlagErrorFunc(flagFault)
	root.InitDefaultHelpCmd()
	root.InitDefaultCompletionCmd()
	strictly(root)
	for _, c := range root.Commands() {
		if c.Name() == "help" {
			c.Args = knownTopic
		}
	}
}

func strictly(c *cobra.Command) {
	for _, sub := range c.Commands() {
		strictly(sub)
	}
	c.SuggestionsMinimumDistance = 2 // letters; cobra's own measure
	if !c.Runnable() {
		// A command that only has others says what they are.
		c.Args = cobra.NoArgs
		c.RunE = func(c *cobra.Command, _ []string) error { return c.Help() }
	}
	c.Args = fitting(c.Args)
	c.PreRunE = complete
}

// fitting is a rule about arguments whose error says how the command is used.
func fitting(rule cobra.PositionalArgs) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		if rule == nil || rule(c, args) == nil {
			return nil
		}
		if c.HasAvailableSubCommands() && len(args) > 0 && rule(c, args[:1]) != nil {
			return unknownCommand(c, args[0])
		}
		return fault.Newf(fault.Invalid,
			"%[1]s 的参数个数不对（给出%[2]d个）；用法：%[3]s。",
			"%[1]s does not take %[2]d arguments; usage: %[3]s.", c.CommandPath(), len(args), strings.TrimSuffix(c.UseLine(), " [flags]"))
	}
}

// knownTopic refuses help about what there is not.
func knownTopic(c *cobra.Command, args []string) error {
	if at, rest, err := c.Root().Find(args); err == nil && len(rest) > 0 {
		return unknownCommand(at, rest[0])
	}
	return nil
}

func unknownCommand(c *cobra.Command, name string) error {
	var names []string
	for _, sub := range c.Commands() {
		if sub.IsAvailableCommand() {
			names = append(names, sub.Name())
		}
	}
	f := fault.Newf(fault.Invalid,
		"%[1]s 没有命令 %[2]q；有：%[3]s。", "unknown command %[2]q for %[1]s; it has %[3]s.", c.CommandPath(), name, strings.Join(names, ", "))
	if near := c.SuggestionsFor(name); len(near) > 0 {
		f.Zh += fmt.Sprintf("您要用的是 %s 吗？", strings.Join(near, "、"))
		f.En += fmt.Sprintf(" Did you mean %s?", strings.Join(near, ", "))
	}
	return f
}

// complete wants the flags that a command can't do without.
func complete(c *cobra.Command, _ []string) error {
	var missing []string
	c.Flags().VisitAll(func(f *pflag.Flag) {
		if slices.Equal(f.Annotations[cobra.BashCompOneRequiredFlag], []string{"true"}) && !f.Changed {
			missing = append(missing, "--"+f.Name)
		}
	})
	if len(missing) == 0 {
		return nil
	}
	return fault.Newf(fault.Invalid,
		"缺少必需的选项 %[1]s；说明见 %[2]s --help。", "The flags %[1]s are needed; %[2]s --help says what they are.", strings.Join(missing, ", "), c.CommandPath())
}

// flagFault is what pflag finds wrong with flags.
func flagFault(c *cobra.Command, err error) error {
	var unknown *pflag.NotExistError
	var empty *pflag.ValueRequiredError
	var value *pflag.InvalidValueError
	switch {
	case errors.As(err, &value):
		return valueFault("--"+value.GetFlag().Name, value.GetValue(), value.GetFlag(), errors.Unwrap(value))
	case errors.As(err, &empty):
		return fault.Newf(fault.Invalid, "选项 %[1]s 后面须有值。", "The flag %[1]s needs a value.", dashed(empty.GetSpecifiedName()))
	case errors.As(err, &unknown):
		return fault.Newf(fault.Invalid,
			"没有选项 %[1]s；全部选项见 %[2]s --help。", "There is no flag %[1]s; %[2]s --help has them all.", dashed(unknown.GetSpecifiedName()), c.CommandPath())
	}
	return fault.Newf(fault.Invalid, "选项无法识别；全部选项见 %[1]s --help。", "The flags can't be read; %[1]s --help has them all.", c.CommandPath()).Because(err)
}

func dashed(flag string) string {
	if len(flag) == 1 {
		return "-" + flag
	}
	return "--" + flag
}

// valueFault says of a value that a flag can't have what it should be; where is how
// the user named the flag: on the command line, in the environment or in a file.
func valueFault(where, value string, f *pflag.Flag, cause error) error {
	if settings.Secret(f.Name) {
		value = "…"
	}
	zh, en := wanted(f.Value.Type())
	if errors.Is(cause, strconv.ErrRange) {
		zh, en = zh+"，且不能这么大", en+", and not as large"
	}
	out := fault.Newf(fault.Invalid, "%[1]s 的值 %[2]q 不可用；", "The value %[2]q of %[1]s can't be used; ", where, value)
	out.Zh, out.En = out.Zh+"请给出"+zh+"。", out.En+"give "+en+"."
	return out
}

// wanted is what a flag of a type takes, in both languages.
func wanted(kind string) (zh, en string) {
	switch kind {
	case "int", "int64":
		return "整数", "a whole number"
	case "uint", "uint64":
		return "非负整数", "a whole number that is not negative"
	case "float64":
		return "数", "a number"
	case "bool":
		return " true 或 false", "true or false"
	case "duration":
		return "时长，如 90s、30m、12h", "a duration, such as 90s, 30m or 12h"
	case "stringSlice", "stringArray":
		return "一个值或一列值", "one value or a list of them"
	}
	return "一个值", "one value"
}

// language is the one that a command line asks for, also where the rest of it can't
// be read; "" where it asks for none.
func language(args []string) string {
	for i, arg := range args {
		v, ok := strings.CutPrefix(arg, "--lang=")
		if !ok && arg == "--lang" && i+1 < len(args) {
			v, ok = args[i+1], true
		}
		switch {
		case arg == "--":
			return ""
		case ok && (v == "zh" || v == "en"):
			return v
		}
	}
	return ""
}
