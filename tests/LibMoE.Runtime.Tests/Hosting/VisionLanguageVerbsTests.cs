using LibMoE.Runtime.Tests.Training.Learners;

namespace LibMoE.Runtime.Tests.Hosting;

/// <summary>A vision-language learner is studied, evaluated on images and asked, as a user does it with the program that has it.</summary>
public sealed class VisionLanguageVerbsTests(ColourStudy study) : IClassFixture<ColourStudy>
{
    private const string Cell = "runs/colours/ColourMoe/seed-0";
    private static readonly string[] Greedy = ["--temperature", "0", "--tokens", "8", "--threads", "1"];

    [Fact]
    public void A_study_scores_every_cell_as_its_held_out_data_did()
    {
        var results = StudyResults.Read("runs/colours");

        Assert.Equal(["Dense", "ColourMoe"], results.Variants.Select(variant => variant.Name));
        // The task asks the held-out questions, so greedy answers and the learner's own metric agree.
        Assert.All(results.Variants, variant =>
        {
            Assert.Equal(variant.Metrics[0].Value, variant.Tasks["colours"], 12);
            Assert.InRange(variant.Tasks["colours"], 0.6, 1);
        });
        Assert.Matches(@"colours\s+Dense\s+\d+\.\d ± \d+\.\d +– +36\s+acc +ColourMoe +\d+\.\d ± \d+\.\d +– +36", study.Output);
    }

    [Fact]
    public void The_report_shows_the_accuracy()
    {
        Assert.Contains("Evaluation tasks</h3>", File.ReadAllText("runs/colours/report.html"), StringComparison.Ordinal);
        var scores = File.ReadAllLines("runs/colours/data/task-scores.csv");
        Assert.Equal(1 + 2, scores.Length);
        Assert.Contains("colours", scores[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_verb_loads_the_cells_and_finds_the_same_bytes()
    {
        var before = EvaluationResults.Read(Cell).ToJson();

        var (exitCode, output, errors) = await ColourStudy.Run(
            ["evaluate", "--checkpoint", "colours", "--tasks", "task.json", "--threads", "1", "--Evaluation:Cache=other"]);

        Assert.True(exitCode == ExitCode.Done, string.Join('\n', errors));
        Assert.Equal(before, EvaluationResults.Read(Cell).ToJson());
        Assert.Matches(@"colours\s+Dense\s+\d+\.\d ± \d+\.\d", output);
    }

    [Fact]
    public async Task One_cell_is_evaluated_on_images_without_them_and_on_text()
    {
        File.WriteAllText("text.jsonl", """{"q":"what color is","a":"it","b":"red"}""" + "\n" + """{"q":"is it","a":"red","b":"the"}""");
        File.WriteAllText("text.json", """
            {
              "name": "text", "version": 1, "title": "Text", "form": "choice",
              "sources": [ { "files": [ { "path": "text.jsonl" } ], "format": "jsonLines" } ],
              "prompt": "{q}", "choices": [ "{a}", "{b}" ], "metric": "acc", "options": 2, "chance": 0.5, "citation": "none",
              "licence": "CC0"
            }
            """);

        var (exitCode, output, errors) = await ColourStudy.Run(
            ["evaluate", "--checkpoint", Cell, "--tasks", "task.json,text.json", "--Evaluation:QuestionOnly=true", "--name", "blind"]);

        Assert.True(exitCode == ExitCode.Done, string.Join('\n', errors));
        Assert.Contains("(question only)", output, StringComparison.Ordinal);
        var blind = EvaluationResults.Read("runs/blind/ColourMoe-seed-0").Tasks;
        Assert.Equal(["colours", "text"], blind.Select(task => task.Task));
        Assert.InRange(blind[0].Groups["colour"].Value, 0.2, 0.5);
    }

    [Fact]
    public async Task Generate_answers_what_the_evaluation_does()
    {
        const string Question = "what color is it?" + ColourQuestions.Instruction;
        File.WriteAllBytes("seen.png", ColourQuestions.Png(61));
        using var stored = Load();
        using var scorer = new VisionLanguageScorer(stored.Assistant(""));

        var (exitCode, output, errors) = await ColourStudy.Run(
            ["generate", "--model", Cell, "--image", "seen.png", "--prompt", Question, .. Greedy]);

        Assert.True(exitCode == ExitCode.Done, string.Join('\n', errors));
        Assert.Equal(
            scorer.Eyes.Answer(new ImageQuestion([new EvaluationImage("seen.png", ColourQuestions.Png(61))], Question, 8, [])),
            output.TrimEnd());
        Assert.Contains(output.TrimEnd(), (string[])["red", "green", "blue"]);
    }

    [Fact]
    public async Task Several_images_are_shown_in_their_order()
    {
        File.WriteAllBytes("one.png", ColourQuestions.Png(60));
        File.WriteAllBytes("two.png", ColourQuestions.Png(61));
        string[] ask = ["generate", "--model", Cell, "--prompt", "is it red?", .. Greedy];

        var both = await ColourStudy.Run([.. ask, "--image", "one.png", "--image", "two.png"]);

        Assert.True(both.ExitCode == ExitCode.Done, string.Join('\n', both.Errors));
        using var stored = Load();
        var said = string.Concat(stored.Assistant("").Answer(
            [ImageReader.Read("one.png"), ImageReader.Read("two.png")],
            "is it red?",
            new GenerationOptions { Temperature = 0, Tokens = 8 }));
        Assert.Equal(said + Environment.NewLine, both.Output);
        Assert.Equal(ExitCode.Done, (await ColourStudy.Run(ask)).ExitCode);
    }

    [Fact]
    public async Task What_cannot_be_shown_is_refused_in_one_sentence()
    {
        File.WriteAllBytes("empty.png", []);
        File.WriteAllBytes("half.png", ColourQuestions.Png(60)[..90]);
        File.WriteAllBytes("whole.png", ColourQuestions.Png(60));
        using (var words = LanguageModel.Create(new ModelConfig { Dim = 16, Layers = 1, Heads = 2, Hidden = 16, Context = 32 }))
        {
            ModelSaver.Save(words, new ByteTokenizer(), "words");
        }

        await Refused("The image gone.png does not exist.", Cell, "gone.png");
        await Refused("The image empty.png has no bytes.", Cell, "empty.png");
        await Refused("The image half.png is damaged: ", Cell, "half.png");
        await Refused("--image (Generation:Images) names 'whole.png', but the model at 'words' reads text alone; ", "words", "whole.png");
        await Refused("The question has <image> 2 times and is on 1 images; ", Cell, "whole.png", "<image> <image>?");
        await Refused(
            "The prompt has 46 tokens, places of images among them; the model takes 1 to 40.", Cell, "whole.png",
            string.Join(' ', Enumerable.Repeat("red", 42)));

        static async Task Refused(string message, string model, string image, string prompt = "is it red?")
        {
            var (exitCode, output, errors) = await ColourStudy.Run(
                ["generate", "--model", model, "--image", image, "--prompt", prompt, .. Greedy]);

            Assert.Equal((ExitCode.Usage, ""), (exitCode, output));
            Assert.StartsWith($"error: {message}", Assert.Single(errors), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_program_without_that_learner_says_whose_it_is()
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        var builder = new MoeApplicationBuilder(["generate", "--model", Cell, "--image", "one.png"], output, error);
        File.WriteAllBytes("one.png", ColourQuestions.Png(60));

        Assert.Equal(ExitCode.Usage, await builder.Build().RunVerbAsync(default));
        Assert.Contains("that program alone can make it again", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cell_of_other_settings_is_refused_unless_that_is_allowed()
    {
        string[] evaluate = ["evaluate", "--checkpoint", Cell, "--tasks", "task.json"];
        Learner OneHead(LearnerSetup setup) => ColourQuestions.Learner(setup, heads: 1);

        var refused = await ColourStudy.Run(evaluate, OneHead);
        var allowed = await ColourStudy.Run([.. evaluate, "--allow-change", "Learner:Heads"], OneHead);

        Assert.Equal(ExitCode.Usage, refused.ExitCode);
        Assert.Contains("was trained with other settings than this program has (Learner:Heads 2, here 1); change them back",
            Assert.Single(refused.Errors), StringComparison.Ordinal);
        Assert.Contains("--allow-change Learner:Heads", refused.Errors[0], StringComparison.Ordinal);
        Assert.True(allowed.ExitCode == ExitCode.Done, string.Join('\n', allowed.Errors));
    }

    [Fact]
    public async Task A_cell_of_other_data_is_refused()
    {
        var (exitCode, _, errors) = await ColourStudy.Run(
            ["generate", "--model", Cell, "--prompt", "is it red?"], setup => ColourQuestions.Learner(setup, data: "shades"));

        Assert.Equal(ExitCode.Usage, exitCode);
        Assert.Contains("was trained on colours (SHA-256 ", Assert.Single(errors), StringComparison.Ordinal);
        Assert.Contains("this program's learner is of shades", errors[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_learner_that_cannot_be_asked_is_refused_in_one_sentence_before_it_is_trained()
    {
        static Learner Mute(LearnerSetup setup) => ColourQuestions.Learner(setup, asked: false);

        var study = await ColourStudy.Run([.. ColourStudy.Short("mute"), "--Evaluation:Tasks=task.json"], Mute);
        var verb = await ColourStudy.Run(["evaluate", "--checkpoint", Cell, "--tasks", "task.json"], Mute);
        var generate = await ColourStudy.Run(["generate", "--model", Cell, "--prompt", "is it red?"], Mute);

        Assert.Equal((ExitCode.Usage, ExitCode.Usage, ExitCode.Usage), (study.ExitCode, verb.ExitCode, generate.ExitCode));
        Assert.Contains("answers no questions on images; it is measured by its own metrics.", Assert.Single(study.Errors),
            StringComparison.Ordinal);
        Assert.Contains("VisionLanguageLearner, which is no language model and answers no questions on images", Assert.Single(verb.Errors),
            StringComparison.Ordinal);
        Assert.Contains("answers no questions on images", Assert.Single(generate.Errors), StringComparison.Ordinal);
        Assert.False(Directory.Exists("runs/mute"));
    }

    [Fact]
    public async Task Another_number_type_is_refused_in_one_sentence()
    {
        var (exitCode, _, errors) = await ColourStudy.Run(
            ["evaluate", "--checkpoint", Cell, "--tasks", "task.json", "--precision", "BFloat16"]);

        Assert.Equal(ExitCode.Usage, exitCode);
        Assert.StartsWith("error: --precision (Evaluation:Precision) is BFloat16; a model of the program's own learner",
            Assert.Single(errors), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_caution_of_the_model_stands_in_the_study_and_in_describe()
    {
        static Learner Unread(LearnerSetup setup) => ColourQuestions.Learner(setup, features: -2);

        var trained = await ColourStudy.Run(ColourStudy.Short("unread"), Unread);
        var described = await ColourStudy.Run(["describe"], Unread);

        Assert.True(trained.ExitCode == ExitCode.Done, string.Join('\n', trained.Errors));
        Assert.All([trained.Output, described.Output], output => Assert.Single(
            output.ReplaceLineEndings(" ").Split("the mixture in block 1 gets no gradient from the task").Skip(1)));
        Assert.DoesNotContain("gets no gradient", study.Output, StringComparison.Ordinal);
    }

    private static LibMoE.Runtime.Studies.StoredLearner Load() => new LibMoE.Runtime.Studies.LearnerLoader(
        [MoeVariant.Of<ColourMoe>()], new RunOptions(), new LibMoE.Runtime.Studies.LearnerMaker(setup => ColourQuestions.Learner(setup)))
        .Load(Cell)!;
}
