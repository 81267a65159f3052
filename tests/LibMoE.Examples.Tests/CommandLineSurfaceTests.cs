using System.Text.RegularExpressions;

namespace LibMoE.Examples.Tests;

/// <summary>What users type is frozen here: a change of a verb or an option is a decision, not an accident.</summary>
public sealed partial class CommandLineSurfaceTests : IDisposable
{
    private readonly UserSession _session = new();

    public void Dispose() => _session.Dispose();

    [Fact]
    public async Task The_verbs_and_their_options_are_these()
    {
        var surface = new List<string>();
        foreach (var verb in Names(await Help("--help"), "Commands:"))
        {
            surface.Add(verb);
            surface.AddRange(Names(await Help(verb.Split(' ')[0], "--help"), "Options:").Select(option => "  " + option));
        }

        Assert.Equal(
            """
            study
              --preset <NAME>
              --variants <A,B,…>
              --seeds <N>
              --corpus <PATH>
              --tokenizer <NAME>
              --steps <N>
              --batch <N>
              --sequence-length <N>
              --learning-rate <X>
              --threads <N>
              --device <NAME>
              --name <NAME>
              --runs <FOLDER>
              --resume
              --allow-change <KEY,…>
              --plan
              --quick
              -?, -h, --help
            train
              --variant <NAME>
              --seed <N>
              --corpus <PATH>
              --tokenizer <NAME>
              --steps <N>
              --batch <N>
              --sequence-length <N>
              --learning-rate <X>
              --threads <N>
              --device <NAME>
              --name <NAME>
              --runs <FOLDER>
              --resume
              --allow-change <KEY,…>
              --quick
              -?, -h, --help
            search
              --budget <N>
              --strategy <NAME>
              --halving <N>
              --seed <N>
              --variants <A,B,…>
              --seeds <N>
              --corpus <PATH>
              --tokenizer <NAME>
              --steps <N>
              --batch <N>
              --sequence-length <N>
              --learning-rate <X>
              --threads <N>
              --device <NAME>
              --name <NAME>
              --runs <FOLDER>
              --resume
              --allow-change <KEY,…>
              --plan
              --quick
              -?, -h, --help
            upcycle
              --model <PATH>
              --variant <NAME>
              --blocks <A,B,…>
              --noise <X>
              --drop <X>
              --split <G>
              --router <KIND>
              --router-std <X>
              --seed <N>
              --steps <N>
              --corpus <PATH>
              --batch <N>
              --sequence-length <N>
              --learning-rate <X>
              --threads <N>
              --device <NAME>
              --name <NAME>
              --runs <FOLDER>
              --resume
              --allow-change <KEY,…>
              -?, -h, --help
            merge
              --model <PATH>
              --kind <KIND>
              --experts <N>
              --steps <N>
              --corpus <PATH>
              --batch <N>
              --sequence-length <N>
              --learning-rate <X>
              --threads <N>
              --device <NAME>
              --name <NAME>
              --runs <FOLDER>
              --resume
              --allow-change <KEY,…>
              -?, -h, --help
            finetune
              --model <PATH>
              --data <FILE>
              --held-out <FILE>
              --template <NAME>
              --rank <R>
              --alpha <X>
              --targets <A,B>
              --expert-adapters <KIND>
              --steps <N>
              --batch <N>
              --learning-rate <X>
              --seed <N>
              --threads <N>
              --device <NAME>
              --name <NAME>
              --runs <FOLDER>
              --resume
              --allow-change <KEY,…>
              --quick
              -?, -h, --help
            generate
              --model <PATH>
              --prompt <TEXT>
              --image <FILE>
              --tokens <N>
              --temperature <X>
              --top-k <K>
              --top-p <P>
              --seed <N>
              --threads <N>
              --allow-change <KEY,…>
              -?, -h, --help
            chat
              --model <PATH>
              --template <NAME>
              --system <TEXT>
              --tokens <N>
              --temperature <X>
              --top-k <K>
              --top-p <P>
              --seed <N>
              --threads <N>
              -?, -h, --help
            export
              --model <PATH>
              --to <PATH>
              --format <FORMAT>
              --type <TYPE>
              --architecture <TYPE>
              --experts <KIND>
              --license <ID>
              --base-model <OWNER/NAME>
              -?, -h, --help
            evaluate
              --checkpoint <PATH,…>
              --tasks <A,B,…>
              --limit <N>
              --seeds <N>
              --shots <K>
              --veto <E,L:E,…>
              --force <E,L:E,…>
              --precision <TYPE>
              --threads <N>
              --name <NAME>
              --runs <FOLDER>
              --allow-change <KEY,…>
              --quick
              -?, -h, --help
            describe
              --variants <A,B,…>
              -?, -h, --help
            plan
              --cluster <FILE>
              --cards <N>
              --tokens <N>
              --expert-ranks <N>
              --split-optimizer <true|false>
              --variant <NAME>
              -?, -h, --help
            run-cell
              --index <N>
              --preset <NAME>
              --variants <A,B,…>
              --seeds <N>
              --corpus <PATH>
              --tokenizer <NAME>
              --steps <N>
              --batch <N>
              --sequence-length <N>
              --learning-rate <X>
              --threads <N>
              --device <NAME>
              --name <NAME>
              --runs <FOLDER>
              --quick
              -?, -h, --help
            collect
              --name <NAME>
              --runs <FOLDER>
              --preset <NAME>
              --missing
              -?, -h, --help
            analyze
              --checkpoint <PATH>
              --text <TEXT>
              --ablations <true|false>
              --tasks <A,B,…>
              --corpus <PATH>
              --threads <N>
              --runs <FOLDER>
              --quick
              -?, -h, --help
            report
              --run <FOLDER>
              --runs <FOLDER>
              -?, -h, --help
            watch
              --run <FOLDER>
              --runs <FOLDER>
              --port <N>
              --reference <FOLDER>
              --max-violation <X>
              --max-drift <X>
              --rules <FILE>
              -?, -h, --help
            runs <ACTION> <RUN>
              --runs <FOLDER>
              --tags <A,B,…>
              --name <NAME>
              --json
              --yes
              -?, -h, --help
            serve
              --model <PATH>
              --address <IP>
              --port <N>
              --chat-template <NAME>
              --texts <N>
              --threads <N>
              -?, -h, --help
            audit
              --log <FILE>
              --approve <MODEL>
              --refuse <MODEL>
              --who <NAME>
              --reason <TEXT>
              --head <HASH>
              -?, -h, --help
            drift
              --model <PATH>
              --reference <FILE>
              --text <FILE>
              --window <N>
              --threads <N>
              -?, -h, --help
            """,
            string.Join('\n', surface));
    }

    [Fact]
    public async Task Help_shows_the_defaults_of_the_program_itself() =>
        Assert.Contains("[default here: 3]", await Help("study", "--help"), StringComparison.Ordinal);

    [Fact]
    public async Task Describe_shows_every_variant_without_training()
    {
        var ended = await _session.Run("Quickstart", "describe");

        Assert.Equal(0, ended.ExitCode);
        Assert.Empty(ended.Errors);
        Assert.All(
            ["Dense", "Smoe", "SigmoidMoe", "CosineMoe", "PerturbedCosineMoe", "HyperMoe"],
            variant => Assert.Matches($"(?m)^{variant}\\s*$", ended.Output));
        Assert.Empty(_session.Files);
    }

    private async Task<string> Help(params string[] args)
    {
        var ended = await _session.Run("Quickstart", args);
        Assert.Equal(0, ended.ExitCode);
        Assert.Empty(ended.Errors);
        return ended.Output;
    }

    /// <summary>The first column of one section of a help text.</summary>
    private static IEnumerable<string> Names(string help, string section) => help.ReplaceLineEndings("\n").Split('\n')
        .SkipWhile(line => line != section)
        .Skip(1)
        .TakeWhile(line => line.StartsWith("  ", StringComparison.Ordinal))
        .Select(line => Column().Match(line).Value);

    [GeneratedRegex(@"(?<=^  )\S+( \S+)*")]
    private static partial Regex Column();
}
