using LibMoE.Runtime;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.AI.Evaluation;
using Microsoft.Extensions.DependencyInjection;

namespace LibMoE.Serving.Tests;

/// <summary>Microsoft.Extensions.AI.Evaluation takes a model of ours as it takes any chat client: to be judged, and as the judge.</summary>
public sealed class EvaluationTests : IDisposable
{
    private readonly string _path = Path.Combine(Path.GetTempPath(), $"libmoe-judged-{Guid.NewGuid():N}");
    private readonly ServiceProvider _services;

    public EvaluationTests()
    {
        using (var made = SampleModels.Mixture())
        {
            ModelSaver.Save(made.Model, made.Tokenizer, _path);
        }

        _services = new ServiceCollection().AddMoeVariants().AddMoeChatClient(_path).BuildServiceProvider();
    }

    public void Dispose()
    {
        _services.Dispose();
        Directory.Delete(_path, recursive: true);
    }

    [Fact]
    public async Task Evaluators_score_its_answers_and_ask_it_as_their_judge()
    {
        var client = _services.GetRequiredService<IChatClient>();
        var options = new ChatOptions { Temperature = 0, MaxOutputTokens = 12 };
        ChatMessage[] asked = [new(ChatRole.User, "once")];
        var answer = await client.GetResponseAsync(asked, options);
        var evaluator = new CompositeEvaluator(new LetterEvaluator(), new JudgeEvaluator(options));

        var result = await evaluator.EvaluateAsync(asked, answer, new ChatConfiguration(client));

        Assert.Equal(answer.Text.Count(char.IsAsciiLetter), result.Get<NumericMetric>(LetterEvaluator.Name).Value);
        Assert.False(result.Get<NumericMetric>(LetterEvaluator.Name).Interpretation!.Failed);
        var said = await client.GetResponseAsync($"judge {answer.Text}", options);
        Assert.Equal(said.Text, result.Get<StringMetric>(JudgeEvaluator.Name).Value);
    }

    /// <summary>Counts the letters of an answer; fails one without any.</summary>
    private sealed class LetterEvaluator : IEvaluator
    {
        public const string Name = "Letters";

        public IReadOnlyCollection<string> EvaluationMetricNames => [Name];

        public ValueTask<EvaluationResult> EvaluateAsync(
            IEnumerable<ChatMessage> messages,
            ChatResponse modelResponse,
            ChatConfiguration? chatConfiguration = null,
            IEnumerable<EvaluationContext>? additionalContext = null,
            CancellationToken cancellationToken = default)
        {
            var metric = new NumericMetric(Name, modelResponse.Text.Count(char.IsAsciiLetter));
            var rating = metric.Value > 0 ? EvaluationRating.Good : EvaluationRating.Unacceptable;
            metric.Interpretation = new EvaluationMetricInterpretation(rating, failed: metric.Value == 0);
            return ValueTask.FromResult(new EvaluationResult(metric));
        }
    }

    /// <summary>Asks the judge, as evaluators of quality do, and keeps what it says.</summary>
    private sealed class JudgeEvaluator(ChatOptions options) : IEvaluator
    {
        public const string Name = "Judgement";

        public IReadOnlyCollection<string> EvaluationMetricNames => [Name];

        public async ValueTask<EvaluationResult> EvaluateAsync(
            IEnumerable<ChatMessage> messages,
            ChatResponse modelResponse,
            ChatConfiguration? chatConfiguration = null,
            IEnumerable<EvaluationContext>? additionalContext = null,
            CancellationToken cancellationToken = default)
        {
            var judge = chatConfiguration!.ChatClient;
            var said = await judge.GetResponseAsync($"judge {modelResponse.Text}", options, cancellationToken);
            return new EvaluationResult(new StringMetric(Name, said.Text));
        }
    }
}
