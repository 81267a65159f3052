using LibMoE.Runtime.Tests.Checkpoints.Layouts;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Tests.Training.Learners;

/// <summary>A real model learns to answer by adapters alone.</summary>
public sealed class Stories260KFineTuningTests
{
    [SkippableTheory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void Adapters_on_attention_or_FFNs_teach_stories260K_an_answer(bool attention, bool experts)
    {
        using var scope = NewDisposeScope();
        var loaded = Stories260K.Load();
        var training = new TrainingConfig
        {
            Steps = 12,
            Batch = 4,
            LearningRate = 0.01,
            Warmup = 1,
            Threads = 1,
            ValidationSequences = 4,
            ValidateEvery = 0,
        };
        var conversations = new ConversationTokenizer(
            ConversationTemplate.Plain with { ImagesOnly = false }, loaded.Tokenizer, tokensPerImage: 0);
        List<ConversationTokens> chats =
        [
            .. Enumerable.Range(0, 16).Select(index => conversations.Encode(new Conversation($"{index}", [],
            [
                new ConversationTurn(ConversationRole.User, $"Who likes the {(index % 2 == 0 ? "sun" : "rain")}?"),
                new ConversationTurn(ConversationRole.Assistant, index % 2 == 0 ? "Lily likes the sun." : "Tom likes the rain."),
            ]))),
        ];
        var data = new ConversationData("likes", chats[..12], chats[12..], conversations);
        var before = Bits(loaded.Model);
        var adapters = new AdapterSet(loaded.Model, new AdapterOptions { Rank = 4, Attention = attention, Experts = experts });
        using var learner = new FineTuningLearner(loaded.Model, adapters, data, training);
        var start = learner.Measure(4, 4).Loss;

        var result = Trainer.Train(learner, training);

        Assert.True(result.ValidationLoss < start - 1, $"{start} became {result.ValidationLoss}");
        Assert.Equal(260_032, result.TotalParameters);
        Assert.InRange(adapters.TrainedParameters, 1, 60_000);
        adapters.Remove();
        Assert.Equal(before, Bits(loaded.Model));
    }

    private static List<byte[]> Bits(LanguageModel model) =>
        [.. model.state_dict().Values.Select(tensor => tensor.detach().contiguous().bytes.ToArray())];
}
