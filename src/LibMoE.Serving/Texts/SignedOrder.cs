using LibMoE.Runtime;

namespace LibMoE.Serving.Texts;

/// <summary>A person's order on experts, for one text.</summary>
/// <param name="Order">Which experts work.</param>
/// <param name="Who">The name of the key that the request brought.</param>
/// <param name="Reason">Why, in the person's words.</param>
internal sealed record SignedOrder(ExpertOrder Order, string Who, string Reason)
{
    /// <summary>What is done, as the audit log has it.</summary>
    public string Action => Order switch
    {
        { Forced.Count: 0 } => "veto",
        { Vetoed.Count: 0 } => "force",
        _ => "veto and force",
    };

    /// <summary>Which experts, as the audit log has them.</summary>
    public IEnumerable<KeyValuePair<string, string>> Experts()
    {
        if (Order.Vetoed.Count > 0)
        {
            yield return new("experts", string.Join(", ", Order.Vetoed));
        }

        if (Order.Forced.Count > 0)
        {
            yield return new("forced", string.Join(", ", Order.Forced));
        }
    }
}
