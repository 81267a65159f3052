using Spectre.Console;

namespace LibMoE.Runtime;

/// <summary>What a study leaves on the screen: the table, the yardsticks, and what it says in words.</summary>
internal sealed record StudyReport(
    StudyPlan Plan, StudyResults Results, IReadOnlyCollection<TrainingResult> Runs, Corpus Corpus, CorpusEntropy Entropy)
{
    public void WriteTo(IAnsiConsole console)
    {
        console.Write(ResultTable.Of(Results, Runs, console.Profile.Width));
        foreach (var paragraph in Paragraphs())
        {
            console.Write(new Text(paragraph));
            console.WriteLine();
        }
    }

    private IEnumerable<string> Paragraphs()
    {
        var (training, seeds) = (Plan.Training, Plan.Seeds == 1 ? "1 seed" : $"{Plan.Seeds} seeds");
        var tokens = (double)training.Steps * training.Batch * training.SequenceLength;
        yield return $"Loss in nats per token, ± standard error over sequences; {seeds}, {training.Steps} steps, {Figures.Count(tokens)} tokens each.";
        yield return $"Corpus: {Corpus.Name}, {Figures.Count(Corpus.Train.Count)} tokens to train on and {Figures.Count(Corpus.Validation.Count)} held out. "
            + $"Counting single tokens gives a loss of {Figures.Loss(Entropy.Unigram)}, counting pairs {Figures.Loss(Entropy.Bigram)}: "
            + "what is below that was learned.";
        foreach (var note in Plan.Notes.Concat(Findings.Of(Runs)))
        {
            yield return note;
        }
    }
}
