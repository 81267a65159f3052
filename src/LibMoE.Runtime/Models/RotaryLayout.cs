namespace LibMoE.Runtime;

/// <summary>Which two channels of a head a rotary embedding turns together; r channels are rotary.</summary>
public enum RotaryLayout
{
    /// <summary>Channels i and i + r/2, as Hugging Face checkpoints are laid out.</summary>
    Half,

    /// <summary>Channels 2i and 2i + 1, as the paper (Su et al. 2021) and llama2.c have it.</summary>
    Interleaved,
}
