namespace LibMoE.Runtime;

/// <summary>What is learned from a trained model beside the data: the loss is (1 − λ)·task + λ·τ²·KL(teacher ‖ student), both softmaxes at
/// the temperature τ (Hinton, Vinyals and Dean 2015); to it come μ times the distance of hidden states and ν times that of
/// routers.</summary>
public sealed record DistillConfig
{
    /// <summary>A teacher that holds everything equally likely: with λ it is label smoothing (Szegedy et al. 2016), the control of a
    /// distillation.</summary>
    public const string Uniform = "uniform";

    /// <summary>The path of the teacher: a checkpoint or a cell of a run, of a language model any that can be loaded; or
    /// <see cref="Uniform"/>.</summary>
    public string Teacher { get; init; } = "";

    /// <summary>λ, from 0, which leaves the teacher out, to 1, which leaves the labels out.</summary>
    public double Weight { get; init; } = 0.5;

    /// <summary>τ, above 0.</summary>
    public double Temperature { get; init; } = 1;

    /// <summary>Only the teacher's k most likely classes count, made to sum to 1; 0 takes all.</summary>
    public int TopK { get; init; }

    /// <summary>Which experts of a teacher that is a mixture are asked.</summary>
    public TeacherRouting Routing { get; init; } = TeacherRouting.Picked;

    /// <summary>μ, from 0: how much hidden states before the head shall resemble the teacher's, each token compared with those of its
    /// example (Tung and Mori 2019), so that widths may differ.</summary>
    public double Hidden { get; init; }

    /// <summary>ν, from 0: KL of the teacher's router to the student's, layer by layer, for mixtures of as many layers and
    /// experts.</summary>
    public double Router { get; init; }

    /// <summary>A folder where the teacher's logits stay (with <see cref="TopK"/> those alone), so that other students of the same data,
    /// order and seed need not ask it again; empty keeps none. Logits alone can be kept.</summary>
    public string Store { get; init; } = "";
}

/// <summary>Which experts of a teacher speak.</summary>
public enum TeacherRouting
{
    /// <summary>Those that its gate picks.</summary>
    Picked,

    /// <summary>All, by the weights that its gate gives them: experts that were not picked know something too (Every Expert Matters,
    /// arXiv:2502.12947).</summary>
    All,

    /// <summary>As many as its gate picks, drawn for each token by the scores of all, without repeats.</summary>
    Sampled,
}
