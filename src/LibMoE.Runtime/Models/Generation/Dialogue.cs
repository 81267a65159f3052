namespace LibMoE.Runtime.Models.Generation;

/// <summary>
/// A conversation that goes on: each question is answered behind all that was said before. Where that and an answer do not fit into the
/// model's context, the oldest questions are forgotten with their answers; what the model was told of its task stays.
/// </summary>
/// <param name="model">Left in evaluation mode.</param>
/// <param name="conversations">The template and the model's tokenizer.</param>
/// <param name="options">How tokens are drawn; each answer has a seed of its own that follows from theirs.</param>
internal sealed class Dialogue(LanguageModel model, ConversationTokenizer conversations, GenerationOptions options)
{
    /// <summary>The share of the context that is kept free for an answer, where one may be so long.</summary>
    private const int AnswerShare = 4;

    private readonly List<ConversationTurn> _turns = [];
    private int _asked;

    /// <summary>What was said and is remembered: question, answer, question and so on.</summary>
    public IReadOnlyList<ConversationTurn> Turns => _turns;

    /// <summary>How the last answer ended.</summary>
    public AnswerEnd End { get; private set; }

    /// <summary>How many questions were forgotten for the last answer.</summary>
    public int Forgotten { get; private set; }

    /// <summary>Forgets everything.</summary>
    public void Clear() => _turns.Clear();

    /// <summary>Asks, and gives the answer piece by piece as it is drawn. It is remembered as far as it came.</summary>
    /// <param name="question">The question.</param>
    /// <param name="cancellation">Ends the answer.</param>
    /// <exception cref="ConfigurationException">The question alone is longer than the context, or the template refuses it.</exception>
    public IEnumerable<string> Ask(string question, CancellationToken cancellation)
    {
        var prompt = Fitting(question);
        var (answer, said, drawn) = (new AnswerStream(conversations, []), new System.Text.StringBuilder(), 0);
        var tokenizer = conversations.Tokenizer;
        var drawing = options with { Seed = options.Seed + _asked++ };
        End = AnswerEnd.Said;
        try
        {
            foreach (var id in TextGenerator.Tokens(model, prompt, drawing, tokenizer.Eos ?? tokenizer.Bos, cancellation)
                .TakeWhile(id => id < tokenizer.Vocabulary && !conversations.Ends.Contains(id)))
            {
                drawn++;
                var piece = answer.Add(id);
                said.Append(piece);
                yield return piece;
                if (answer.IsOver)
                {
                    break;
                }
            }

            End = answer.IsOver ? AnswerEnd.Said
                : cancellation.IsCancellationRequested ? AnswerEnd.Interrupted
                : drawn == options.Tokens ? AnswerEnd.Length
                : prompt.Length + drawn > model.Config.Context ? AnswerEnd.Context
                : AnswerEnd.Said;
            var rest = answer.Rest();
            said.Append(rest);
            yield return rest;
        }
        finally
        {
            // Also where nobody asked for the rest of the answer.
            _turns.Add(new ConversationTurn(ConversationRole.User, question));
            _turns.Add(new ConversationTurn(ConversationRole.Assistant, said.ToString()));
        }
    }

    /// <summary>The prompt, once as many of the oldest questions are forgotten as must be.</summary>
    private int[] Fitting(string question)
    {
        var context = model.Config.Context;
        var room = Math.Min(options.Tokens, context / AnswerShare);
        for (Forgotten = 0; ; Forgotten++)
        {
            var prompt = conversations.Prompt([.. _turns, new ConversationTurn(ConversationRole.User, question)]);
            if (prompt.Length <= context && (_turns.Count == 0 || prompt.Length + room <= context))
            {
                return prompt;
            }

            if (_turns.Count == 0)
            {
                throw new ConfigurationException(
                    $"The question has {prompt.Length} tokens with what the template adds; the model's context is {context}.");
            }

            _turns.RemoveRange(0, 2);
        }
    }
}

/// <summary>How an answer ended.</summary>
internal enum AnswerEnd
{
    /// <summary>The model ended it.</summary>
    Said,

    /// <summary>It is as long as it may be.</summary>
    Length,

    /// <summary>The context is full.</summary>
    Context,

    /// <summary>Whoever asked ended it.</summary>
    Interrupted,
}
