using LibMoE.Federated.Arrays;
using LibMoE.Runtime;

namespace LibMoE.Federated.Rounds;

/// <summary>Leads the rounds of a federation: all members train from the same parameters, what they come back with is checked and becomes
/// the next. Who leaves, is silent, or sends what cannot be used is named, and the round goes on.</summary>
/// <param name="options">Rounds, strategy, clipping and noise.</param>
/// <param name="present">Who is there now, once there is anybody.</param>
internal sealed class RoundLoop(FederatedOptions options, Func<CancellationToken, Task<IReadOnlyList<IRoundMember>>> present)
{
    private readonly Aggregation _aggregation = new(options);

    /// <summary>Leads all rounds.</summary>
    /// <param name="progress">Is told of each.</param>
    /// <param name="stop">Ends the federation.</param>
    public async Task<FederationResult> RunAsync(IProgress<FederatedRound>? progress, CancellationToken stop)
    {
        var rounds = new List<FederatedRound>();
        var current = await BeginAsync(stop).ConfigureAwait(false);
        for (var number = 1; number <= options.Rounds; number++)
        {
            var refused = new List<MemberRefusal>();
            var members = await present(stop).ConfigureAwait(false);
            var answers = await AllAsync(
                members, (member, to) => member.FitAsync(number, current, _aggregation.Config, to), refused, stop).ConfigureAwait(false);
            var taken = answers.Where(answer => !Refuse(answer.Member, answer.Value, current, refused)).ToList();
            if (taken.Count > 0)
            {
                current = _aggregation.Next(current, [.. taken.Select(answer => answer.Value)]);
            }

            var left = refused.Select(member => member.Name).ToHashSet();
            var measured = await AllAsync(
                [.. members.Where(member => !left.Contains(member.Name))], (member, to) => member.MeasureAsync(number, current, to),
                [], stop).ConfigureAwait(false);
            rounds.Add(new FederatedRound(
                number,
                [.. taken.Select(answer => new MemberShare(answer.Member.Name, answer.Value.Examples))],
                refused,
                [.. measured.Where(answer => answer.Value is { Examples: > 0 } && double.IsFinite(answer.Value.Loss)).Select(
                    answer => new MemberMeasurement(
                        answer.Member.Name, answer.Value.Examples, answer.Value.Loss, answer.Value.Metrics))]));
            progress?.Report(rounds[^1]);
        }

        return new FederationResult(
            rounds, [.. current.Select(array => array.Values)],
            options.Noise > 0 ? GaussianAccountant.Epsilon(options.Noise, options.Rounds, options.Delta, replaced: false) : null);
    }

    /// <summary>The parameters of one member, so that all start from the same; what is not finite begins nothing.</summary>
    private async Task<IReadOnlyList<NpyArray>> BeginAsync(CancellationToken stop)
    {
        var until = DateTime.UtcNow.AddSeconds(options.Patience);
        while (true)
        {
            foreach (var member in await present(stop).ConfigureAwait(false))
            {
                var answers = await AllAsync([member], (one, to) => one.ParametersAsync(to), [], stop).ConfigureAwait(false);
                if (answers is [var (_, begin)] && begin.Count > 0 && begin.All(array => ArrayFault.Of(array, array.Shape) is null))
                {
                    return begin;
                }
            }

            if (DateTime.UtcNow > until)
            {
                throw new FederationException(
                    FormattableString.Invariant($"No member gave parameters to begin with within {options.Patience} s."));
            }

            await Task.Delay(100, stop).ConfigureAwait(false);
        }
    }

    /// <summary>Asks all at once, and waits for each for as long as patience lasts.</summary>
    private async Task<List<(IRoundMember Member, T Value)>> AllAsync<T>(
        IReadOnlyList<IRoundMember> members, Func<IRoundMember, CancellationToken, Task<T>> ask, List<MemberRefusal> refused,
        CancellationToken stop)
        where T : class
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
        patience.CancelAfter(TimeSpan.FromSeconds(options.Patience));
        var asked = await Task.WhenAll(members.Select(member => OneAsync(member, ask, patience.Token, stop))).ConfigureAwait(false);
        refused.AddRange(
            asked.Where(answer => answer.Value is null).Select(answer => new MemberRefusal(answer.Member.Name, answer.Reason)));
        return [.. asked.Where(answer => answer.Value is not null).Select(answer => (answer.Member, answer.Value!))];
    }

    private async Task<(IRoundMember Member, T? Value, string Reason)> OneAsync<T>(
        IRoundMember member, Func<IRoundMember, CancellationToken, Task<T>> ask, CancellationToken patience, CancellationToken stop)
        where T : class
    {
        try
        {
            return (member, await ask(member, patience).ConfigureAwait(false), "");
        }
        catch (MemberFailedException failed)
        {
            return (member, null, failed.Message);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return (member, null, FormattableString.Invariant($"did not answer within {options.Patience} s"));
        }
    }

    private static bool Refuse(IRoundMember member, FitAnswer answer, IReadOnlyList<NpyArray> current, List<MemberRefusal> refused)
    {
        var fault = Fault(answer, current);
        if (fault is not null)
        {
            refused.Add(new MemberRefusal(member.Name, fault));
        }

        return fault is not null;
    }

    /// <summary>Why an answer cannot be used, to follow the member's name; null where it can.</summary>
    private static string? Fault(FitAnswer answer, IReadOnlyList<NpyArray> current)
    {
        if (answer.Examples <= 0)
        {
            return $"weighs {answer.Examples} examples; it must weigh at least 1";
        }

        if (answer.Arrays.Count != current.Count)
        {
            return $"sent {answer.Arrays.Count} arrays; there must be {current.Count}";
        }

        return answer.Arrays.Zip(current, (sent, known) => ArrayFault.Of(sent, known.Shape)).Index()
            .Where(array => array.Item is not null).Select(array => $"sent array {array.Index}, which {array.Item}").FirstOrDefault();
    }
}
