using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Parsing;
using LibMoE.Runtime.Common;

namespace LibMoE.Runtime.Hosting;

/// <summary>What the user typed, understood: a verb and the configuration keys it sets, or text to print, or what is wrong.</summary>
/// <param name="Verb">The verb; null where there is only something to print or to complain about.</param>
/// <param name="Settings">Configuration keys from options and from <c>--Section:Key=value</c>.</param>
/// <param name="Quick">Whether <c>--quick</c> was given.</param>
/// <param name="Problems">What is wrong, one sentence each; the program then ends with <see cref="ExitCode.Usage"/>.</param>
/// <param name="Print">Writes help or the version instead of running the verb.</param>
internal sealed record CommandLine(
    Verb? Verb,
    IReadOnlyDictionary<string, string?> Settings,
    bool Quick,
    IReadOnlyList<string> Problems,
    Action<TextWriter>? Print = null)
{
    private const string QuickOption = "--quick";
    private static readonly string[] RootOptions = ["--help", "-h", "-?", "/?", "/h", "--version"];

    /// <summary>Understands the arguments of a program.</summary>
    /// <param name="args">As the program got them.</param>
    /// <param name="verbs">The verbs; the first is what runs when none is named.</param>
    /// <param name="configured">What a configuration key is set to without the command line, for help; null where it is not.</param>
    /// <param name="program">The name of the program's file; null for that of this process.</param>
    public static CommandLine Parse(
        IReadOnlyList<string> args, IReadOnlyList<Verb> verbs, Func<string, string?>? configured = null, string? program = null)
    {
        var (words, keys) = SplitSettings(args, verbs);
        if (words.Count == 0 || (words[0].StartsWith('-') && !RootOptions.Contains(words[0])))
        {
            words.Insert(0, verbs[0].Name);
        }

        var root = Root(
            program ?? RootCommand.ExecutableName,
            verbs,
            $"Declares, trains and compares mixture-of-experts layers. Without a verb, '{verbs[0].Name}' runs.\n\n"
            + "Settings also come from appsettings.json, from LIBMOE_Section__Key in the environment and from --Section:Key=value.\n"
            + "Exit codes: 0 done, 1 failed, 2 wrong usage or configuration, 130 stopped by the user.");
        foreach (var verb in verbs)
        {
            root.Add(ToCommand(verb, configured ?? (_ => null)));
        }

        var parsed = root.Parse(words, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Action is HelpAction || parsed.CommandResult.Command == root && parsed.Errors.Count == 0)
        {
            var named = verbs.FirstOrDefault(verb => verb.Name == parsed.CommandResult.Command.Name);
            return Printing(output =>
            {
                parsed.Invoke(new InvocationConfiguration { Output = output });
                if (parsed.Action is HelpAction)
                {
                    SettingsPage.Write(output, named?.Sections ?? [.. SettingsSection.All.Select(section => section.Name)],
                        configured ?? (_ => null), ScreenWidth);
                }
            });
        }

        var chosen = verbs.FirstOrDefault(verb => verb.Name == parsed.CommandResult.Command.Name);
        var problem = chosen is null
            ? $"'{words[0]}' is not a verb{(words[0] == "help" ? ", --help shows them" : "")}; "
                + $"{NearestName.Advice(words[0], [.. verbs.Select(verb => verb.Name)])}."
            : FirstProblem(parsed, chosen, verbs);
        if (problem is not null)
        {
            return new CommandLine(null, keys, false, [problem]);
        }

        foreach (var option in chosen!.Options)
        {
            if (Given(parsed, option) is { Count: > 0 } values)
            {
                Set(keys, option, values);
            }
            else if (option.IsFlag && parsed.GetResult(option.Name) is OptionResult { Implicit: false })
            {
                keys[option.Key] = "true";
            }
        }

        return new CommandLine(chosen, keys, parsed.GetResult(QuickOption) is OptionResult { Implicit: false }, []);

        static CommandLine Printing(Action<TextWriter> print) => new(null, new Dictionary<string, string?>(), false, [], print);
    }

    /// <summary>The values that the user typed for an option; empty where it is not given, and for one without a value.</summary>
    private static IReadOnlyList<string> Given(ParseResult parsed, VerbOption option) => parsed.GetResult(option.Name) switch
    {
        OptionResult { Implicit: false } named => [.. named.Tokens.Select(token => token.Value)],
        ArgumentResult placed => [.. placed.Tokens.Select(token => token.Value)],
        _ => [],
    };

    private static void Set(Dictionary<string, string?> keys, VerbOption option, IReadOnlyList<string> values)
    {
        foreach (var (number, value) in values.Index())
        {
            keys[option.IsRepeated ? $"{option.Key}:{number}" : option.Key] = value;
        }
    }

    /// <summary>A redirected help text has one line for each setting.</summary>
    private static int ScreenWidth => Console.IsOutputRedirected ? int.MaxValue : Console.WindowWidth;

    /// <summary>Takes <c>--Section:Key=value</c> and <c>--Section:Key value</c> out of the arguments.</summary>
    private static (List<string> Words, Dictionary<string, string?> Keys) SplitSettings(
        IReadOnlyList<string> args, IReadOnlyList<Verb> verbs)
    {
        var options = verbs.SelectMany(verb => verb.Options).Select(option => option.Name).ToHashSet();
        var (words, keys) = (new List<string>(), new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase));
        for (var i = 0; i < args.Count; i++)
        {
            var name = args[i].Split('=')[0];
            if (!name.StartsWith("--", StringComparison.Ordinal) || !name.Contains(':') || options.Contains(name.Split(':')[0]))
            {
                words.Add(args[i]);
            }
            else if (name.Length < args[i].Length)
            {
                keys[name[2..]] = args[i][(name.Length + 1)..];
            }
            else
            {
                keys[name[2..]] = i + 1 < args.Count ? args[++i] : "";
            }
        }

        return (words, keys);
    }

    /// <summary>A program may have the name of a verb, which the parser does not take twice.</summary>
    private static Command Root(string program, IReadOnlyList<Verb> verbs, string description) =>
        verbs.Any(verb => verb.Name == program)
            ? new Command($"./{program}", description) { new HelpOption(), new VersionOption() }
            : new RootCommand(description);

    private static Command ToCommand(Verb verb, Func<string, string?> configured)
    {
        var command = new Command(verb.Name, verb.Description);
        foreach (var option in verb.Options)
        {
            var description = Here(option, configured(option.Key));
            if (option.IsPositional)
            {
                command.Add(ToArgument(option, description));
                continue;
            }

            command.Add(option.IsFlag
                ? new Option<bool>(option.Name) { Description = description, Arity = ArgumentArity.Zero }
                : option.IsRepeated
                ? new Option<string[]>(option.Name) { Description = description, HelpName = option.Value }
                : new Option<string>(option.Name) { Description = description, HelpName = option.Value });
        }

        if (verb.Quick.Count > 0)
        {
            command.Add(new Option<bool>(QuickOption)
            {
                Description = "A small version that ends within 30 seconds on two cores.",
                Arity = ArgumentArity.Zero,
            });
        }

        return command;
    }

    private static Argument ToArgument(VerbOption option, string description) => option.IsRepeated
        ? new Argument<string[]>(option.Name)
        {
            Description = description,
            HelpName = option.Value,
            Arity = ArgumentArity.ZeroOrMore,
        }
        : new Argument<string>(option.Name) { Description = description, HelpName = option.Value, Arity = ArgumentArity.ZeroOrOne };

    /// <summary>The description, with what the settings say in place of the runtime's default.</summary>
    private static string Here(VerbOption option, string? value) => string.IsNullOrEmpty(value)
        ? option.Description
        : $"{option.Description.Split(" [default: ")[0]} [default here: {value}]";

    private static string? FirstProblem(ParseResult parsed, Verb verb, IReadOnlyList<Verb> verbs)
    {
        var named = verb.Options.Where(option => !option.IsPositional).ToList();
        string[] allowed = [.. named.Select(option => option.Name), .. verb.Quick.Count > 0 ? [QuickOption] : Array.Empty<string>()];
        if (parsed.UnmatchedTokens is { Count: > 0 } strays)
        {
            var stray = strays.FirstOrDefault(token => token.StartsWith('-'), strays[0]).Split('=')[0];
            return verbs.Any(other => other.Name == stray)
                ? $"The verb '{stray}' must come first."
                : $"'{stray}' is not an option of '{verb.Name}'; {NearestName.Advice(stray, allowed)}.";
        }

        // The parser takes whatever follows as the value; no value of ours starts like an option.
        var bare = named.FirstOrDefault(
            option => !option.IsFlag && parsed.GetResult(option.Name) is OptionResult { Implicit: false } result
            && (result.Tokens is [] || result.Tokens.Any(token => token.Value.StartsWith("--", StringComparison.Ordinal))));
        return bare is not null ? $"'{bare.Name}' needs a value: {bare.Name} {bare.Value}."
            : parsed.Errors is [var error, ..] ? error.Message
            : null;
    }
}
