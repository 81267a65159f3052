using LibMoE.Runtime.Hosting;
using LibMoE.Runtime.Hosting.Verbs;

namespace LibMoE.Runtime.Tests.Hosting;

public sealed class CommandLineTests
{
    [Fact]
    public void Without_arguments_the_first_verb_runs()
    {
        var command = Parse();

        Assert.Equal("study", command.Verb!.Name);
        Assert.Empty(command.Settings);
        Assert.False(command.Quick);
    }

    [Fact]
    public void A_program_may_have_the_name_of_a_verb()
    {
        var command = CommandLine.Parse(["train", "--steps", "7"], BuiltInVerbs.All, program: "train");

        Assert.Empty(command.Problems);
        Assert.Equal(("train", "7"), (command.Verb!.Name, command.Settings["Training:Steps"]));
        Assert.Equal("study", CommandLine.Parse([], BuiltInVerbs.All, program: "train").Verb!.Name);
        var help = new StringWriter();
        CommandLine.Parse(["--help"], BuiltInVerbs.All, program: "train").Print!(help);
        Assert.Contains("./train [command] [options]", help.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Options_without_a_verb_are_those_of_the_first_verb()
    {
        var command = Parse("--steps", "7", "--quick");

        Assert.Equal("study", command.Verb!.Name);
        Assert.Equal("7", command.Settings["Training:Steps"]);
        Assert.True(command.Quick);
    }

    [Theory]
    [InlineData("--Training:Steps=100")]
    [InlineData("--training:steps=100")]
    [InlineData("--Training:Steps", "100")]
    public void A_configuration_key_can_be_given_by_its_full_name(params string[] args) =>
        Assert.Equal("100", Parse(["train", .. args]).Settings["Training:Steps"]);

    [Theory]
    [InlineData("--steps=5")]
    [InlineData("--steps:5")]
    [InlineData("--steps", "5")]
    public void An_option_takes_its_value_in_the_usual_ways(params string[] args) =>
        Assert.Equal("5", Parse(args).Settings["Training:Steps"]);

    [Fact]
    public void An_option_of_a_list_may_be_given_several_times_and_keeps_the_order()
    {
        var command = Parse("generate", "--image", "b.png", "--prompt", "which?", "--image=a.png");

        Assert.Empty(command.Problems);
        Assert.Equal(
            [("Generation:Images:0", "b.png"), ("Generation:Images:1", "a.png"), ("Generation:Prompt", "which?")],
            command.Settings.OrderBy(setting => setting.Key, StringComparer.Ordinal).Select(setting => (setting.Key, setting.Value!)));
    }

    [Theory]
    [InlineData("compare", "compare", "a", "b", "--runs", "c")]
    [InlineData("compare", "--runs", "c", "compare", "a", "b")]
    [InlineData("compare", "compare", "--runs", "c", "a", "b")]
    [InlineData(null, "--runs", "c")]
    public void Words_after_a_verb_that_takes_them_go_by_their_places(string? action, params string[] args)
    {
        var command = Parse(["runs", .. args]);

        Assert.Empty(command.Problems);
        Assert.Equal(action, command.Settings.GetValueOrDefault("Runs:Action"));
        Assert.Equal(action is null ? [] : ["a", "b"],
            command.Settings.Where(setting => setting.Key.StartsWith("Runs:Names:", StringComparison.Ordinal))
                .OrderBy(setting => setting.Key).Select(setting => setting.Value!));
        Assert.Equal("c", command.Settings["Run:Folder"]);
    }

    [Theory]
    [InlineData("'--image' needs a value: --image FILE.", "generate", "--image")]
    [InlineData("'--image' needs a value: --image FILE.", "generate", "--image", "a.png", "--image", "--prompt")]
    [InlineData("'b.png' is not an option of 'generate'; ", "generate", "--image", "a.png", "b.png")]
    public void An_option_of_a_list_takes_one_value_each_time(string problem, params string[] args) =>
        Assert.StartsWith(problem, Assert.Single(Parse(args).Problems), StringComparison.Ordinal);

    [Theory]
    [InlineData("'studdy' is not a verb; did you mean 'study'? (allowed: {verbs}).", "studdy")]
    [InlineData("'xyzzyx' is not a verb; allowed: {verbs}.", "xyzzyx")]
    [InlineData("'help' is not a verb, --help shows them; allowed: {verbs}.", "help")]
    [InlineData("'--steps' needs a value: --steps N.", "--steps")]
    [InlineData("'--steps' needs a value: --steps N.", "study", "--steps", "--quick")]
    [InlineData("'--varants' is not an option of 'describe'; did you mean '--variants'? (allowed: --variants).", "describe", "--varants=A")]
    [InlineData("'now' is not an option of 'describe'; allowed: --variants.", "describe", "now")]
    [InlineData("The verb 'train' must come first.", "--quick", "train")]
    public void What_is_wrong_is_named_with_what_is_allowed(string problem, params string[] args) =>
        Assert.Equal([problem.Replace("{verbs}", string.Join(", ", BuiltInVerbs.All.Select(verb => verb.Name)), StringComparison.Ordinal)],
            Parse(args).Problems);

    [Fact]
    public void An_unknown_option_lists_all_options_and_the_nearest() =>
        Assert.StartsWith(
            "'--stepz' is not an option of 'study'; did you mean '--steps'? (allowed: --preset, --variants, --seeds, ",
            Assert.Single(Parse("--stepz", "4").Problems),
            StringComparison.Ordinal);

    [Fact]
    public void An_option_given_twice_is_refused() =>
        Assert.Contains("--steps", Assert.Single(Parse("--steps", "4", "--steps", "5").Problems), StringComparison.Ordinal);

    [Fact]
    public void A_file_named_like_a_response_file_is_a_plain_value() =>
        Assert.Equal("@notes.txt", Parse("--corpus", "@notes.txt").Settings["Corpus:Path"]);

    [Theory]
    [InlineData("--help")]
    [InlineData("-h")]
    [InlineData("--version")]
    [InlineData("study", "--help")]
    [InlineData("--quick", "--help")]
    public void Help_and_version_are_printed_and_nothing_runs(params string[] args)
    {
        var command = Parse(args);
        var printed = new StringWriter();
        command.Print!(printed);

        Assert.Null(command.Verb);
        Assert.NotEqual("", printed.ToString());
    }

    [Fact]
    public void Every_option_sets_a_key_that_exists()
    {
        foreach (var option in BuiltInVerbs.All.SelectMany(verb => verb.Options))
        {
            var (section, key) = (option.Key.Split(':')[0], option.Key.Split(':')[1]);
            Assert.NotNull(SettingsSection.All.Single(known => known.Name == section).Type.GetProperty(key));
        }
    }

    [Fact]
    public void Help_names_the_defaults_that_hold()
    {
        var described = BuiltInVerbs.All.SelectMany(verb => verb.Options).ToLookup(option => option.Key, option => option.Description);
        var training = new TrainingConfig();

        Assert.All(described["Training:Steps"], text => Assert.EndsWith($"[default: {training.Steps}]", text, StringComparison.Ordinal));
        Assert.All(described["Training:Batch"], text => Assert.EndsWith($"[default: {training.Batch}]", text, StringComparison.Ordinal));
        Assert.All(
            described["Training:SequenceLength"], text => Assert.EndsWith(
                $"[default: {training.SequenceLength}]", text, StringComparison.Ordinal));
        Assert.All(described["Training:LearningRate"], text => Assert.EndsWith("[default: 0.005]", text, StringComparison.Ordinal));
        Assert.Equal(0.005, training.LearningRate);
        Assert.All(
            described["Run:Folder"], text => Assert.EndsWith($"[default: {new RunOptions().Folder}]", text, StringComparison.Ordinal));
        Assert.All(
            described["Study:Seeds"], text => Assert.EndsWith($"[default: {new StudyOptions().Seeds}]", text, StringComparison.Ordinal));
    }

    [Fact]
    public void Help_names_what_the_settings_say_in_the_place_of_a_default()
    {
        var written = new StringWriter();
        CommandLine.Parse(["study", "--help"], BuiltInVerbs.All, key => key == "Study:Seeds" ? "3" : null).Print!(written);
        var help = string.Join(' ', written.ToString().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

        Assert.Contains("How many seeds each variant is trained with. [default here: 3] --corpus", help, StringComparison.Ordinal);
        Assert.Contains("Optimiser steps. [default: 600]", help, StringComparison.Ordinal);
    }

    private static CommandLine Parse(params string[] args) => CommandLine.Parse(args, BuiltInVerbs.All);
}
